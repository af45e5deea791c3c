#include "pool_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;
using namespace std::chrono_literals;

TEST_CASE("no byte moved for the stall limit: the request fails, and the message names the limit")
{
    pool_fixture f;
    f.network->willing = 100;
    f.limits.response_timeout = 0ms;
    auto& c = f.begin("a", std::string(1000, 'x'));
    f.settle();
    for (int seconds = 0; seconds < 20; ++seconds)
    {
        CHECK_FALSE(c.done());
        f.advance(1s);
    }
    f.advance(5s);  // how closely the limit is watched
    REQUIRE(c.failed(errc::stalled));
    CHECK(c.outcome->error().message == "no byte moved for 20 s (time_limits::stall_timeout)");
    CHECK(f.wire(0).closed);
}

TEST_CASE("an answer that stops in its middle has stalled")
{
    pool_fixture f;
    auto& c = f.begin("a");
    f.settle();
    f.wire(0).say("HTTP/1.1 200 OK\r\n");
    f.settle();
    f.advance(20s);
    CHECK(c.failed(errc::stalled));
}

TEST_CASE("an answer that drips in is waited for no longer than one that does not come")
{
    pool_fixture f;
    auto& c = f.begin("a");
    f.settle();
    unsigned dripped = 0;
    for (char const ch : answer("done"))
    {
        if (c.done())
            break;
        f.wire(0).say(std::string(1, ch));
        f.advance(15s);
        ++dripped;
    }
    CHECK(c.failed(errc::response_timeout));
    CHECK(dripped == 4);
}

TEST_CASE("slow but moving goes on")
{
    pool_fixture f;
    f.network->willing = 1;
    auto& c = f.begin("a", "x");
    f.settle();
    auto const size = f.wire(0).batch.size() + 1;
    for (std::size_t i = 1; i < size; ++i)
    {
        REQUIRE_FALSE(c.done());
        f.wire(0).take_up_to(1);
        f.advance(15s);
    }
    CHECK(f.wire(0).sent.ends_with("x"));
    auto const text = answer("done");
    for (std::size_t at = 0; at < text.size(); at += 20)
    {
        REQUIRE_FALSE(c.done());
        f.advance(15s);
        f.wire(0).say(text.substr(at, 20));
    }
    f.settle();
    CHECK(c.answered("done"));
}

TEST_CASE("a slow source is not the network's fault")
{
    pool_fixture f;
    auto& c = f.make("a", "body");
    c.body.slow = true;
    f.start(c);
    f.settle();
    f.advance(10min);
    CHECK_FALSE(c.done());
    c.body.release();
    f.settle();
    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(c.answered("a"));
}

TEST_CASE("all sent and no answer for the response limit: the request fails")
{
    pool_fixture f;
    auto& c = f.begin("a");
    f.settle();
    f.advance(59s);
    CHECK_FALSE(c.done());
    f.advance(1s);
    CHECK(c.failed(errc::response_timeout));
    CHECK(c.outcome->error().message.find("60 s (time_limits::response_timeout)") != std::string::npos);
}

TEST_CASE("a pipelined request is owed its answer only since the one before it was answered")
{
    pool_fixture f;
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    f.settle();
    f.advance(50s);
    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(a.answered("a"));
    f.advance(59s);
    CHECK_FALSE(b.done());
    f.advance(1s);
    CHECK(b.failed(errc::response_timeout));
}

TEST_CASE("behind an unanswered request the others go elsewhere when the connection was good before")
{
    pool_fixture f;
    f.use_once();
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    f.settle();
    f.advance(60s);
    CHECK(a.failed(errc::response_timeout));
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).say(answer("b"));
    f.settle();
    CHECK(b.answered("b"));
}

TEST_CASE("the answer to a cancelled request is owed too")
{
    pool_fixture f;
    auto& a = f.begin("a");
    f.settle();
    a.cancel();
    f.settle();
    CHECK(a.done());
    f.advance(60s);
    CHECK(f.wire(0).closed);
}

TEST_CASE("zero is no limit")
{
    pool_fixture f;
    f.limits.stall_timeout = f.limits.response_timeout = 0ms;
    f.sizes.idle_timeout = 0ms;
    auto& c = f.begin("a");
    f.settle();
    f.advance(24h);
    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(c.answered("a"));
    f.advance(24h);
    CHECK_FALSE(f.wire(0).closed);
}

TEST_CASE("the deadline holds while connecting, queued, sending and waiting")
{
    struct row
    {
        char const* phase;
        void (*prepare)(pool_fixture&);
    };
    static constexpr row rows[] = {
        {"connecting", [](pool_fixture& f) { f.network->hold = true; }},
        {"queued",
            [](pool_fixture& f) {
                f.sizes.connections = 1;
                f.sizes.call_pipeline_depth = f.sizes.part_pipeline_depth = 1;
                f.begin("x", "x");
                f.settle();
            }},
        {"sending", [](pool_fixture& f) { f.network->willing = 10; }},
        {"waiting", [](pool_fixture&) {}},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.phase);
        pool_fixture f;
        r.prepare(f);
        auto& c = f.make("a", "body");
        f.start(c, f.clock->steady_now() + 3s);
        f.settle();
        f.advance(2999ms);
        CHECK_FALSE(c.done());
        f.advance(1ms);
        CHECK(c.failed(errc::deadline_exceeded));
    }
}

TEST_CASE("many deadlines are kept to within a tenth of a second, and none ends early")
{
    pool_fixture f;
    f.network->hold = true;
    constexpr int many = 200;
    auto const begun = f.clock->steady_now();
    auto const due = [begun](int i) { return begun + 1s + i * 3ms; };
    for (int i = 0; i < many; ++i)
        f.start(f.make("a"), due(i));
    f.settle();
    while (f.clock->steady_now() < due(many) + 100ms)
    {
        f.advance(7ms);
        auto const now = f.clock->steady_now();
        int i = 0;
        for (auto const& c : f.calls)
        {
            CAPTURE(i);
            if (now < due(i))
                CHECK_FALSE(c.done());
            if (now >= due(i) + 107ms)
                CHECK(c.failed(errc::deadline_exceeded));
            ++i;
        }
    }
}

TEST_CASE("a deadline that has passed sends nothing")
{
    pool_fixture f;
    auto& c = f.make("a");
    f.start(c, f.clock->steady_now());
    f.settle();
    CHECK(c.failed(errc::deadline_exceeded));
    CHECK(f.network->attempts == 0);
}

TEST_CASE("idle connections are closed, and nothing is left to wait for")
{
    pool_fixture f;
    f.use_once();
    f.advance(29s);
    CHECK_FALSE(f.wire(0).closed);
    f.use_once();
    f.advance(29s);
    CHECK_FALSE(f.wire(0).closed);
    f.advance(1s);
    CHECK(f.wire(0).closed);
    CHECK(f.clock->waiting() == 0);
    CHECK(f.the_pool().stats().connections_open == 0);
}

TEST_CASE("a host out of reach fails those who waited, within one attempt each")
{
    pool_fixture f;
    f.sizes.connections = 2;
    f.network->refuse = error(errc::connect_failed, "nobody there");
    f.network->hold = true;
    for (int i = 0; i < 20; ++i)
        f.begin("a", "body");
    f.settle();
    CHECK(f.network->attempts == 2);
    f.network->release();
    f.settle();
    for (auto const& c : f.calls)
        CHECK(c.failed(errc::connect_failed));
    CHECK(f.network->attempts == 3);  // the last for those who came after the first two had begun
}

TEST_CASE("a failed connect harms no more than those it was for while other connections live")
{
    pool_fixture f;
    f.sizes.connections = 2;
    auto& a = f.begin("a", "body");
    f.settle();
    f.network->refuse = error(errc::connect_failed, "no more");
    auto& b = f.begin("b", "body");
    f.settle();
    CHECK(b.failed(errc::connect_failed));
    CHECK_FALSE(a.done());
    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(a.answered("a"));
}
