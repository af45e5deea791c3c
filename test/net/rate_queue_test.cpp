#include "net/rate_queue.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace sluice;
using namespace sluice::net;
using namespace std::chrono_literals;

namespace
{

constexpr steady_time start = steady_time() + 1h;

}  // namespace

TEST_CASE("without a rate nobody waits")
{
    rate_queue q(250ms);
    for (int i = 0; i < 1000; ++i)
    {
        CHECK_FALSE(q.would_wait(1e9, start));
        CHECK(q.wait_for(q.enter(1e9, start), start) == 0ns);
    }
}

TEST_CASE("who comes waits for all before, and for what it costs itself")
{
    struct row
    {
        double rate;
        std::chrono::milliseconds kept;
        std::vector<double> costs;
        std::vector<std::chrono::milliseconds> waits;
    };
    static row const rows[] = {
        {1, 0ms, {1, 1, 1}, {0ms, 1s, 2s}},
        {0.5, 0ms, {1, 1, 1}, {0ms, 2s, 4s}},
        {1000, 250ms, {250, 250, 500}, {0ms, 250ms, 750ms}},
        {1000, 250ms, {1000, 0, 1}, {750ms, 750ms, 751ms}},
        {4, 250ms, {1, 4}, {0ms, 1s}},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.rate);
        rate_queue q(r.kept);
        q.set_rate(r.rate, start);
        for (std::size_t i = 0; i < r.costs.size(); ++i)
        {
            CAPTURE(i);
            CHECK(q.would_wait(r.costs[i], start) == (r.waits[i] != 0ms));
            auto const place = q.enter(r.costs[i], start);
            CHECK(q.wait_for(place, start) == r.waits[i]);
            CHECK(q.wait_for(place, start + r.waits[i]) == 0ns);
        }
    }
}

TEST_CASE("an unused queue keeps what is allowed, and no more")
{
    rate_queue q(250ms);
    q.set_rate(1000, start);
    CHECK(q.wait_for(q.enter(250, start), start) == 0ns);
    auto const later = start + 100ms;
    CHECK(q.wait_for(q.enter(100, later), later) == 0ns);
    CHECK(q.wait_for(q.enter(100, later), later) == 100ms);
    auto const much_later = start + 1h;
    CHECK(q.wait_for(q.enter(250, much_later), much_later) == 0ns);
    CHECK(q.wait_for(q.enter(1, much_later), much_later) == 1ms);
}

TEST_CASE("a new rate counts for those who wait already")
{
    rate_queue q;
    q.set_rate(1, start);
    static_cast<void>(q.enter(1, start));
    auto const second = q.enter(1, start);
    auto const third = q.enter(1, start);
    CHECK(q.wait_for(third, start) == 2s);
    q.set_rate(2, start + 500ms);
    CHECK(q.wait_for(second, start + 500ms) == 250ms);
    CHECK(q.wait_for(third, start + 500ms) == 750ms);
    q.set_rate(0, start + 500ms);
    CHECK(q.wait_for(third, start + 500ms) == 0ns);
}

TEST_CASE("what was let go when a limit ended is not owed when there is one again")
{
    rate_queue q;
    q.set_rate(1, start);
    for (int i = 0; i < 100; ++i)
        static_cast<void>(q.enter(1, start));
    q.set_rate(0, start);
    static_cast<void>(q.enter(1e9, start));
    q.set_rate(1, start + 1s);
    CHECK(q.wait_for(q.enter(1, start + 1s), start + 1s) == 0ns);
    CHECK(q.wait_for(q.enter(1, start + 1s), start + 1s) == 1s);
}

TEST_CASE("no rate and no cost makes time overflow")
{
    rate_queue q;
    q.set_rate(std::numeric_limits<double>::min(), start);
    auto const wait = q.wait_for(q.enter(1e300, start), start);
    CHECK(wait > 0ns);
    CHECK(wait <= 24h);
}
