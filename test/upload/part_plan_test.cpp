#include "upload/part_plan.hpp"

#include <doctest/doctest.h>

#include <ostream>

using namespace sluice;
using namespace sluice::upload;

namespace
{

upload_options options_with(std::uint64_t part_size, std::uint64_t threshold)
{
    upload_options o;
    o.part_size = part_size;
    o.multipart_threshold = threshold;
    return o;
}

}  // namespace

TEST_CASE("a size and the options give the number and size of parts")
{
    struct row
    {
        char const* what;
        std::uint64_t size, part_size, threshold;  // given
        unsigned parts;                            // wanted
        std::uint64_t planned_part_size, last;
    };
    static constexpr row rows[] = {
        {"empty", 0, 8 * mib, 8 * mib, 0, 0, 0},
        {"empty, although everything is to go in parts", 0, 8 * mib, 0, 0, 0, 0},
        {"one byte", 1, 8 * mib, 8 * mib, 0, 1, 0},
        {"one byte in one part", 1, 8 * mib, 0, 1, 8 * mib, 1},
        {"just the threshold", 8 * mib, 8 * mib, 8 * mib, 0, 8 * mib, 0},
        {"over the threshold by a byte", 8 * mib + 1, 8 * mib, 8 * mib, 2, 8 * mib, 1},
        {"threshold below a part", 300 * kib, 8 * mib, 200 * kib, 1, 8 * mib, 300 * kib},
        {"whole parts", 64 * mib, 8 * mib, 8 * mib, 8, 8 * mib, 8 * mib},
        {"smallest part", 1 * mib, 100 * kib, 100 * kib, 11, 100 * kib, 24 * kib},
        {"largest part", 5 * gib + 1, 5 * gib, 5 * gib, 2, 5 * gib, 1},
        {"a put is limited to 5 GiB", 5 * gib, 8 * mib, 100 * gib, 0, 5 * gib, 0},
        {"even if the threshold is higher", 5 * gib + 1, 8 * mib, 100 * gib, 641, 8 * mib, 1},
        {"10'000 parts", 80'000 * mib, 8 * mib, 8 * mib, 10'000, 8 * mib, 8 * mib},
        {"one byte more: parts grow by whole MiB", 80'000 * mib + 1, 8 * mib, 8 * mib, 8'889, 9 * mib, 8 * mib + 1},
        {"far too small a part", 10 * gib, 100 * kib, 100 * kib, 5'120, 2 * mib, 2 * mib},
        {"largest object", 50'000 * gib, 8 * mib, 8 * mib, 10'000, 5 * gib, 5 * gib},
        {"largest but one byte", 50'000 * gib - 1, 100 * kib, 8 * mib, 10'000, 5 * gib, 5 * gib - 1},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto const plan = plan_parts(r.size, options_with(r.part_size, r.threshold));
        REQUIRE(plan.has_value());
        CHECK(plan->size == r.size);
        CHECK(plan->parts == r.parts);
        CHECK(plan->part_size == r.planned_part_size);
        if (r.parts > 0)
        {
            CHECK(plan->size_of(r.parts) == r.last);
            CHECK(plan->offset_of(r.parts) + plan->size_of(r.parts) == r.size);
        }
    }
}

TEST_CASE("parts never exceed 10'000 nor 5 GiB, and cover the object without a gap")
{
    for (std::uint64_t size = 1; size < max_object_size; size = size * 3 + 7)
        for (std::uint64_t part_size : {100 * kib, 100 * kib + 1, 8 * mib, 5 * gib})
        {
            CAPTURE(size);
            CAPTURE(part_size);
            auto const plan = plan_parts(size, options_with(part_size, 0));
            REQUIRE(plan.has_value());
            CHECK(plan->parts >= 1);
            CHECK(plan->parts <= max_parts);
            CHECK(plan->part_size >= part_size);
            CHECK(plan->part_size <= max_part_size);
            CHECK(plan->size_of(plan->parts) >= 1);
            CHECK(plan->size_of(plan->parts) <= plan->part_size);
            CHECK(plan->offset_of(plan->parts) + plan->size_of(plan->parts) == size);
        }
}

TEST_CASE("an object over 48.8 TB is refused with both sizes")
{
    auto const plan = plan_parts(50'000 * gib + 1, {});
    REQUIRE(plan.has_error());
    CHECK(plan.error().code == errc::object_too_large);
    CHECK(plan.error().message.find("53687091200001") != std::string::npos);
    CHECK(plan.error().message.find("53687091200000") != std::string::npos);
}

TEST_CASE("options out of range are refused, naming the field and the limits")
{
    struct row
    {
        char const* what;
        upload_options options;
        char const* field;
        char const* limit;
    };
    auto const with_deadline = [] {
        upload_options o;
        o.deadline = std::chrono::milliseconds(-1);
        return o;
    };
    auto const with_in_flight = [](unsigned n) {
        upload_options o;
        o.parts_in_flight = n;
        return o;
    };
    row const rows[] = {
        {"part below 100 KiB", options_with(100 * kib - 1, 0), "part_size", "102400 (100 KiB)"},
        {"no part size", options_with(0, 0), "part_size", "102400 (100 KiB)"},
        {"part above 5 GiB", options_with(5 * gib + 1, 0), "part_size", "5368709120"},
        {"no part in flight", with_in_flight(0), "parts_in_flight", "1 to 1000"},
        {"too many in flight", with_in_flight(1001), "parts_in_flight", "1 to 1000"},
        {"negative deadline", with_deadline(), "deadline", "0 (no limit)"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto const plan = plan_parts(1, r.options);
        REQUIRE(plan.has_error());
        CHECK(plan.error().code == errc::invalid_argument);
        CHECK(plan.error().message.find(r.field) != std::string::npos);
        CHECK(plan.error().message.find(r.limit) != std::string::npos);
    }
}

TEST_CASE("a cut that somebody else chose is taken when OSS would take it")
{
    struct row
    {
        char const* what;
        std::uint64_t size, part_size;  // given
        unsigned parts;                 // wanted; 0: not taken
    };
    static constexpr row rows[] = {
        {"whole parts", 64 * mib, 8 * mib, 8},
        {"a byte more", 64 * mib + 1, 8 * mib, 9},
        {"one part, not full", 1, 100 * kib, 1},
        {"as many as there may be", 10'000 * mib, 1 * mib, 10'000},
        {"one too many", 10'000 * mib + 1, 1 * mib, 0},
        {"the largest object", 50'000 * gib, 5 * gib, 10'000},
        {"the largest number", ~std::uint64_t{0}, 5 * gib, 0},
        {"nothing", 0, 8 * mib, 0},
        {"no part size", 8 * mib, 0, 0},
        {"too small a part", 8 * mib, 100 * kib - 1, 0},
        {"too large a part", 8 * gib, 5 * gib + 1, 0},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto const plan = plan_of_cut(r.size, r.part_size);
        CHECK(plan.has_value() == (r.parts != 0));
        if (!plan)
            continue;
        CHECK(plan->size == r.size);
        CHECK(plan->part_size == r.part_size);
        CHECK(plan->parts == r.parts);
        CHECK(plan->offset_of(plan->parts) + plan->size_of(plan->parts) == r.size);
    }
}
