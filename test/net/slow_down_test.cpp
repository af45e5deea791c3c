#include "net/slow_down.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace sluice;
using namespace sluice::net;
using namespace std::chrono_literals;

namespace
{

using seconds = std::chrono::duration<double>;

// An origin that is asked, and the time meanwhile.
struct asked
{
    pace p;
    steady_time now = steady_time() + 1h;

    // So many requests, so far from each other.
    void ask(int requests, std::chrono::nanoseconds apart)
    {
        for (; requests > 0; --requests)
        {
            now += apart;
            p.begun(now);
        }
    }

    void throttle() { p.throttled(now, now); }

    // Begins one more, and it is throttled.
    void throttle_next(std::chrono::nanoseconds after = 1ms)
    {
        ask(1, after);
        throttle();
    }
};

constexpr steady_time opening = steady_time() + 1h;

// Who asks a service again and again.
struct asker
{
    steady_time ready = opening;
    bool is_in_line = false;
    double place = 0;
    bool is_asking = false;
    steady_time began{};
    bool is_taken = false;
};

// A service that takes so many requests a second, and twenty who ask it as fast as they are allowed to.
struct market
{
    explicit market(double taken_a_second) : service(100ms) { service.set_rate(taken_a_second, opening); }

    void run(std::chrono::seconds time)
    {
        for (;;)
        {
            auto& next = *std::ranges::min_element(all, {}, &asker::ready);
            if (next.ready >= opening + time)
                return;
            if (next.is_asking)
                answer(next);
            else
                ask(next);
        }
    }

    void ask(asker& o)
    {
        auto const now = o.ready;
        if (p.is_slowed() && !o.is_in_line)
            o.place = p.enter(now);
        o.is_in_line = p.is_slowed();
        if (auto const wait = p.wait_for(o.place, now); o.is_in_line && wait.count() != 0)
        {
            o.ready += std::min<std::chrono::nanoseconds>(wait, 500ms);
            return;
        }
        o = {now + 20ms, false, 0, true, now, !service.would_wait(1, now)};
        p.begun(now);
        if (o.is_taken)
            static_cast<void>(service.enter(1, now));
        ++(o.is_taken ? taken : refused);
    }

    void answer(asker& o)
    {
        o.is_asking = false;
        if (o.is_taken)
            return p.went_well(o.ready);
        p.throttled(o.began, o.ready);
        o.ready += 100ms;
    }

    pace p;
    rate_queue service;
    std::array<asker, 20> all{};
    unsigned taken = 0;
    unsigned refused = 0;
};

}  // namespace

TEST_CASE("an origin that does not throttle is asked without a limit")
{
    asked a;
    a.ask(1000, 1us);
    a.p.went_well(a.now);
    CHECK_FALSE(a.p.is_slowed());
    CHECK(a.p.wait_for(a.p.enter(a.now), a.now) == 0ns);
}

TEST_CASE("who is throttled asks at less than it did")
{
    struct row
    {
        int requests;
        std::chrono::milliseconds apart;
        double rate;
    };
    static constexpr row rows[] = {
        {50, 100ms, 7}, {5000, 1ms, 700}, {100, 0ms, 140},  // all at once, which counts as half a second
        {1, 0ms, 1.4}, {10, 10s, 1.4},                      // seldom: as if it were the first
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.requests);
        CAPTURE(r.apart.count());
        asked a;
        a.ask(r.requests, r.apart);
        a.throttle();
        CHECK(a.p.rate() == doctest::Approx(r.rate).epsilon(0.05));
    }
}

TEST_CASE("requests that were throttled together lower the rate once, later ones again, down to one in two seconds")
{
    asked a;
    a.ask(50, 100ms);
    auto const began = a.now;
    a.now += 5ms;
    for (int i = 0; i < 20; ++i)
        a.p.throttled(began, a.now);
    CHECK(a.p.rate() == doctest::Approx(7).epsilon(0.05));
    a.throttle_next(1s);
    CHECK(a.p.rate() < 5);
    for (int i = 0; i < 50; ++i)
        a.throttle_next(1s);
    CHECK(a.p.rate() == doctest::Approx(0.5));
}

TEST_CASE("a slowed origin is asked in even steps, the first at once")
{
    asked a;
    a.ask(50, 100ms);
    a.throttle();
    auto const step = seconds(1 / a.p.rate());
    for (int i = 0; i < 4; ++i)
        CHECK(seconds(a.p.wait_for(a.p.enter(a.now), a.now)).count() == doctest::Approx(i * step.count()));
}

TEST_CASE("successes raise the rate, slowly where it throttled, and then until there is no limit")
{
    asked a;
    a.ask(50, 100ms);
    a.throttle();
    auto const lowered = a.now;
    double const highest = a.p.rate() / 0.7;
    double last = a.p.rate();
    auto raised = std::chrono::nanoseconds(0);
    for (; a.p.is_slowed() && a.now < lowered + 1min; a.now += 100ms)
    {
        a.p.went_well(a.now);
        if (!a.p.is_slowed())
            break;
        CHECK(a.p.rate() >= last * 0.999);
        if (raised == 0ns && a.p.rate() >= highest * 0.99)
            raised = a.now - lowered;
        last = a.p.rate();
    }
    CHECK_FALSE(a.p.is_slowed());
    CHECK(raised > 1s);
    CHECK(raised < 2s);
    CHECK(last > 1.8 * highest);
    CHECK(a.now - lowered > 4s);
    CHECK(a.now - lowered < 6s);
}

TEST_CASE("a service gets little more than it takes, and nearly all of that")
{
    for (double const taken_a_second : {0.5, 1.0, 5.0, 50.0, 400.0})
    {
        CAPTURE(taken_a_second);
        market m(taken_a_second);
        m.run(120s);
        CHECK(m.taken > 0.6 * 120 * taken_a_second);
        CHECK(m.refused < 0.02 * 120 * taken_a_second + 120);
    }
}

TEST_CASE("each origin has its own pace, which is forgotten when nobody uses it and nothing slows it")
{
    slow_down all;
    endpoint const one{true, "one", 0, false};
    endpoint const other{true, "other", 0, false};
    auto const p = all.of(one);
    CHECK(all.of(one) == p);
    CHECK(all.of(other) != p);
    CHECK(all.size() == 2);
    auto const now = steady_time() + 1h;
    {
        auto const slowed = all.of(other);
        slowed->begun(now);
        slowed->throttled(now, now);
    }
    static_cast<void>(all.of({true, "third", 0, false}));
    static_cast<void>(all.of({true, "fourth", 0, false}));
    CHECK(all.size() == 3);
    CHECK(all.of(other)->is_slowed());
    CHECK(all.of(one) == p);
}
