#include "cli/open_upload_age.hpp"
#include "cli/part_range_text.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace sluice;

TEST_CASE("--parts is one number, a range, or a range to the end")
{
    struct row
    {
        char const* text;
        std::optional<part_range> range;
    };
    static constexpr row rows[] = {
        {"7", part_range{7, 7}},
        {"1-400", part_range{1, 400}},
        {"401-", part_range{401, 0}},
        {"0", std::nullopt},
        {"0-3", std::nullopt},
        {"4-3", std::nullopt},
        {"4-0", std::nullopt},
        {"-3", std::nullopt},
        {"1-2-3", std::nullopt},
        {"1,3", std::nullopt},
        {"", std::nullopt},
        {"99999999999", std::nullopt},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        auto const read = cli::parse_part_range(r.text);
        REQUIRE(read.has_value() == r.range.has_value());
        if (read && r.range)
        {
            CHECK(read->first == r.range->first);
            CHECK(read->last == r.range->last);
        }
    }
}

TEST_CASE("--older-than is a whole number and a unit")
{
    using namespace std::chrono_literals;
    CHECK(cli::parse_age("90s").value() == 90s);
    CHECK(cli::parse_age("30m").value() == 30min);
    CHECK(cli::parse_age("24h").value() == 24h);
    CHECK(cli::parse_age("7d").value() == 7 * 24h);
    CHECK(cli::parse_age("0d").value() == 0s);
    for (auto const* bad : {"", "7", "d", "-7d", "1.5h", "7w", "4294967295d", "99999999999s"})
    {
        CAPTURE(bad);
        CHECK_FALSE(cli::parse_age(bad).has_value());
    }
}

TEST_CASE("an upload without a date is never old")
{
    using namespace std::chrono_literals;
    open_upload one;
    CHECK_FALSE(cli::is_older(one, 0s));
    one.age = 10s;
    CHECK(cli::is_older(one, 10s));
    CHECK_FALSE(cli::is_older(one, 11s));
    one.age = -10s;
    CHECK_FALSE(cli::is_older(one, 0s));
}
