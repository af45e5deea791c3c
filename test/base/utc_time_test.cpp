#include "base/utc_time.hpp"

#include <doctest/doctest.h>

using namespace sluice;

namespace
{

constexpr utc_seconds at(std::int64_t seconds)
{
    return utc_seconds(std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a time is written and read in three forms")
{
    struct row
    {
        std::int64_t seconds;
        std::string_view iso, basic, http;
    };
    static constexpr row rows[] = {
        {0, "1970-01-01T00:00:00Z", "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {1774857930, "2026-03-30T08:05:30Z", "20260330T080530Z", "Mon, 30 Mar 2026 08:05:30 GMT"},
        {1709251199, "2024-02-29T23:59:59Z", "20240229T235959Z", "Thu, 29 Feb 2024 23:59:59 GMT"},
        {951782400, "2000-02-29T00:00:00Z", "20000229T000000Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
        {-1, "1969-12-31T23:59:59Z", "19691231T235959Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
        {4102444800, "2100-01-01T00:00:00Z", "21000101T000000Z", "Fri, 01 Jan 2100 00:00:00 GMT"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.iso);
        CHECK(format_iso8601(at(r.seconds)) == r.iso);
        CHECK(format_iso8601_basic(at(r.seconds)) == r.basic);
        CHECK(format_http_date(at(r.seconds)) == r.http);
        CHECK(parse_iso8601(r.iso) == at(r.seconds));
        CHECK(parse_iso8601_basic(r.basic) == at(r.seconds));
        CHECK(parse_http_date(r.http) == at(r.seconds));
    }
}

TEST_CASE("parse_iso8601 drops a fraction")
{
    CHECK(parse_iso8601("2026-03-30T08:05:30.999Z") == at(1774857930));
    CHECK(parse_iso8601("2026-03-30T08:05:30.0Z") == at(1774857930));
}

TEST_CASE("dates that do not exist and other forms are refused")
{
    for (std::string_view const bad : {"", "2026-03-30T08:05:30", "2026-03-30 08:05:30Z", "2026-3-30T08:05:30Z",
             "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
             "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
             "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00Zx",
             "+026-01-01T00:00:00Z", "2026-01-01T00:00:-1Z"})
    {
        CAPTURE(bad);
        CHECK(!parse_iso8601(bad));
    }
    for (std::string_view const bad :
        {"", "20260330T080530", "20260330080530Z", "20260230T080530Z", "2026033T080530Z", "20260330T080530Z "})
    {
        CAPTURE(bad);
        CHECK(!parse_iso8601_basic(bad));
    }
    for (std::string_view const bad :
        {"", "Tue, 30 Mar 2026 08:05:30 GMT", "Mon, 30 Mar 2026 08:05:30", "Mon, 30 mar 2026 08:05:30 GMT",
            "Mon, 32 Mar 2026 08:05:30 GMT", "Monday, 30-Mar-26 08:05:30 GMT", "Mon, 30 Mar 2026 08:05:30 UTC"})
    {
        CAPTURE(bad);
        CHECK(!parse_http_date(bad));
    }
}

TEST_CASE("the text of a moment is kept for as long as the second is the same")
{
    static int formatted;
    formatted = 0;
    cached_time_text texts([](utc_seconds t) {
        ++formatted;
        return format_iso8601(t);
    });
    utc_seconds const epoch{};
    CHECK(texts.at(epoch) == "1970-01-01T00:00:00Z");
    CHECK(texts.at(epoch) == "1970-01-01T00:00:00Z");
    CHECK(formatted == 1);
    CHECK(texts.at(epoch + std::chrono::seconds(1)) == "1970-01-01T00:00:01Z");
    CHECK(texts.at(epoch) == "1970-01-01T00:00:00Z");
    CHECK(formatted == 3);
}
