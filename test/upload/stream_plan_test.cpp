#include "upload/stream_plan.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using upload::stream_plan;

TEST_CASE("the parts of a stream begin small, grow with what was sent, and stay within what memory allows")
{
    struct row
    {
        std::uint64_t first;
        std::uint64_t memory;
        std::uint64_t sent;
        std::uint64_t part;
    };
    static constexpr row rows[] = {
        {mib, 256 * mib, 0, mib},
        {mib, 256 * mib, 64 * mib, mib},
        {mib, 256 * mib, 128 * mib, 2 * mib},
        {mib, 256 * mib, 100 * gib, 64 * mib},
        {mib, 100 * gib, 100 * gib, gib + gib / 2 + 64 * mib},
        {mib, 100 * gib, 1000 * gib, 5 * gib},
        {100 * kib, 256 * mib, 0, 100 * kib},
        {8 * mib, 16 * mib, 0, 4 * mib},
        {8 * mib, mib, 0, 256 * kib},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.sent);
        CAPTURE(r.memory);
        CHECK(stream_plan::make(r.first, r.memory).next_part(r.sent) == r.part);
    }
}

TEST_CASE("a stream with memory enough reaches the largest object with ten thousand parts")
{
    auto const plan = stream_plan::make(mib, 20 * gib);
    std::uint64_t sent = 0;
    for (unsigned part = 0; part < upload::max_parts; ++part)
        sent += plan.next_part(sent);
    CHECK(sent >= 48'800'000'000'000);
    CHECK(sent <= upload::max_object_size);
}

TEST_CASE("what a stream may always hold makes a part that the service takes, and grows with the parts used up")
{
    auto const plan = stream_plan::make(mib, 256 * mib);
    CHECK(plan.guaranteed_blocks(0, 0) == 1);
    CHECK(plan.guaranteed_blocks(999, gib) == 1);
    CHECK(plan.guaranteed_blocks(1000, gib) == 2);
    CHECK(plan.guaranteed_blocks(9999, 100 * gib) == 256);  // no more than a part
    CHECK(plan.guaranteed_blocks(9999, 0) == 4);
}
