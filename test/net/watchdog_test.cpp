#include "net/watchdog.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace std::chrono_literals;

namespace
{

struct kennel
{
    asio::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time());
    int looks = 0;
    std::shared_ptr<watchdog> dog = std::make_shared<watchdog>(context.get_executor(), clock, [this] { ++looks; });

    void look_in(std::chrono::milliseconds t) { dog->look_by(clock->steady_now() + t); }

    // How often it looked meanwhile.
    int advance(std::chrono::milliseconds by)
    {
        auto const before = looks;
        clock->advance(by);
        context.restart();
        context.poll();
        return looks - before;
    }
};

}  // namespace

TEST_CASE("the watchdog looks once, at the earliest time asked for")
{
    kennel k;
    k.look_in(3s);
    k.look_in(1s);
    k.look_in(2s);
    CHECK(k.advance(999ms) == 0);
    CHECK(k.advance(1ms) == 1);
    CHECK(k.advance(10s) == 0);
    CHECK(k.clock->waiting() == 0);
}

TEST_CASE("looks are at least the tolerance apart, and late by no more than that")
{
    kennel k;
    k.look_in(1ms);
    CHECK(k.advance(1ms) == 1);
    int looks = 0;
    for (int ms = 0; ms < 1000; ++ms)
    {
        k.look_in(1ms);
        looks += k.advance(1ms);
    }
    CHECK(looks == 1s / watchdog::tolerance);
    k.look_in(1ms);
    CHECK(k.advance(watchdog::tolerance - 1ms) == 0);
    CHECK(k.advance(1ms) == 1);
}

TEST_CASE("a watchdog that rests or has stopped waits for nothing")
{
    kennel k;
    k.look_in(1s);
    k.dog->rest();
    CHECK(k.advance(2s) == 0);
    CHECK(k.clock->waiting() == 0);
    k.look_in(1s);
    CHECK(k.advance(1s) == 1);
    k.look_in(1s);
    k.dog->stop();
    k.look_in(1s);
    CHECK(k.advance(2s) == 0);
    CHECK(k.clock->waiting() == 0);
}
