#include "pool_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;

namespace
{

error_code const cancelled = asio::error::operation_aborted;

}  // namespace

TEST_CASE("cancelled while it waits for a connection: it leaves the queue")
{
    pool_fixture f;
    f.network->hold = true;
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    f.settle();
    a.cancel();
    f.settle();
    CHECK(a.failed(cancelled));
    f.network->release();
    f.settle();
    CHECK(f.wire(0).sent.starts_with("GET /b"));
    f.wire(0).say(answer("b"));
    f.settle();
    CHECK(b.answered("b"));
}

TEST_CASE("cancelled behind another's body on the same connection: it is never sent")
{
    pool_fixture f;
    f.sizes.connections = 1;
    auto& body = f.make("a", "body");
    body.body.slow = true;
    f.start(body);
    auto& queued = f.begin("b");
    auto& last = f.begin("c");
    f.settle();
    queued.cancel();
    f.settle();
    CHECK(queued.failed(cancelled));
    CHECK(queued.what.composed == 0);
    body.body.release();
    f.settle();
    f.wire(0).say(answer("a") + answer("c"));
    f.settle();
    CHECK(body.answered("a"));
    CHECK(last.answered("c"));
}

TEST_CASE("cancelled while it awaits its answer: the answer is dropped and the neighbours get theirs")
{
    pool_fixture f;
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    auto& c = f.begin("c");
    f.settle();
    b.cancel();
    f.settle();
    CHECK(b.failed(cancelled));
    f.wire(0).say(answer("a") + answer("b") + answer("c"));
    f.settle();
    CHECK(a.answered("a"));
    CHECK(c.answered("c"));
    CHECK_FALSE(f.wire(0).closed);
}

TEST_CASE("what comes after a cancelled call does not wait for an answer that nobody wants")
{
    pool_fixture f;
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    f.settle();
    a.cancel();
    f.settle();
    auto& elsewhere = f.begin("c");
    f.settle();
    f.wire(1).say(answer("c"));
    f.settle();
    CHECK(elsewhere.answered("c"));
    CHECK_FALSE(f.wire(0).closed);  // b still waits there

    b.cancel();
    f.settle();
    CHECK(f.wire(0).closed);
}

TEST_CASE("cancelled while its body is sent: the earlier get their answers, the later go elsewhere")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.use_once();
    auto& earlier = f.begin("a");
    auto& body = f.make("b", std::string(1000, 'x'));
    body.body.block = 100;
    body.body.slow = true;
    body.body.lets_go_slowly = true;
    f.start(body);
    auto& later = f.begin("c");
    f.settle();
    REQUIRE(body.body.inside == 1);

    body.cancel();
    f.settle();
    CHECK_FALSE(body.done());  // its source is still in use
    body.body.release();
    f.settle();
    CHECK(body.failed(cancelled));
    CHECK(body.body.inside == 0);
    CHECK_FALSE(f.wire(0).closed);

    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(earlier.answered("a"));
    CHECK(f.wire(0).closed);
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).say(answer("c"));
    f.settle();
    CHECK(later.answered("c"));
    CHECK(later.what.composed == 1);
}

TEST_CASE("cancelled while the network does not take its body: at once")
{
    pool_fixture f;
    f.network->willing = 100;
    f.network->batch_room = 200;
    auto& body = f.begin("a", std::string(1000, 'x'));
    f.settle();
    CHECK(f.wire(0).sent.size() == 100);
    body.cancel();
    f.settle();
    CHECK(body.failed(cancelled));
    CHECK(f.wire(0).closed);
}

TEST_CASE("what was cancelled stays cancelled when its connection dies before the source lets go")
{
    pool_fixture f;
    auto& body = f.make("a", "body");
    body.body.slow = body.body.lets_go_slowly = true;
    f.start(body);
    f.settle();
    body.cancel();
    f.settle();
    f.wire(0).hang_up();
    f.settle();
    CHECK_FALSE(body.done());
    body.body.release();
    f.settle();
    CHECK(body.failed(cancelled));
}

TEST_CASE("a caller that is cancelled already sends nothing")
{
    pool_fixture f;
    f.begin("a");
    bool refused = false;
    asio::cancellation_signal stop;
    auto& never = f.make("b");
    auto send_late = [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        stop.emit(asio::cancellation_type::terminal);
        auto const r = co_await f.the_pool().send(f.origin, never.what, steady_time::max());
        refused = !r && r.error().code == cancelled;
    };
    asio::co_spawn(f.context, send_late(), asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr const&) {}));
    f.settle();
    CHECK(refused);
    CHECK(never.what.composed == 0);
}

TEST_CASE("shutting down completes every call with operation_aborted, at every step of its life")
{
    struct row
    {
        char const* step;
        void (*prepare)(pool_fixture&);
    };
    static constexpr row rows[] = {
        {"connecting", [](pool_fixture& f) { f.network->hold = true; }},
        {"waiting for an answer", [](pool_fixture&) {}},
        {"answer begun",
            [](pool_fixture& f) {
                f.settle();
                f.wire(0).say("HTTP/1.1 200 OK\r\nContent-Le");
            }},
        {"network takes nothing", [](pool_fixture& f) { f.network->willing = 10; }},
        {"source is slow", [](pool_fixture& f) { f.calls.back().body.slow = true; }},
    };
    for (auto const& r : rows)
        for (bool const destroy : {false, true})
        {
            CAPTURE(r.step);
            CAPTURE(destroy);
            pool_fixture f;
            f.sizes.connections = 1;
            f.sizes.call_pipeline_depth = 2;
            for (char const* name : {"a", "b", "c"})
                f.begin(name);
            f.begin("d", "body");
            r.prepare(f);
            f.settle();
            if (destroy)
                f.under_test.reset();
            else
                f.under_test->shut_down();
            f.settle();
            for (auto const& c : f.calls)
                CHECK(c.failed(cancelled));
            for (auto const& w : f.network->wires)
                CHECK(w->closed);
            CHECK(f.clock->waiting() == 0);
            if (!destroy)
            {
                auto& late = f.begin("late");
                f.settle();
                CHECK(late.failed(cancelled));
            }
        }
}

TEST_CASE("shutting down waits for a body's source that does not let go at once")
{
    pool_fixture f;
    auto& c = f.make("a", "body");
    c.body.slow = c.body.lets_go_slowly = true;
    f.start(c);
    f.settle();
    f.under_test.reset();
    f.settle();
    CHECK_FALSE(c.done());
    c.body.release();
    f.settle();
    CHECK(c.failed(cancelled));
}

TEST_CASE("the execution context may be destroyed with calls under way")
{
    // Found out by the leak and address checks of the sanitizer build.
    for (bool const connecting : {true, false})
    {
        auto f = std::make_unique<pool_fixture>();
        f->network->hold = connecting;
        f->begin("a");
        auto& c = f->make("b", "body");
        c.body.slow = true;
        f->start(c);
        f->settle();
        CHECK_FALSE(c.done());
        f.reset();
    }

    // The pool inside a coroutine of the context that is destroyed.
    auto context = std::make_unique<asio::io_context>();
    auto const network = std::make_shared<fake_network>(context->get_executor());
    auto const clock = std::make_shared<manual_clock>(system_time());
    fake_request what("a");
    bool ended = false;
    auto run = [&]() -> asio::awaitable<void> {
        pool p(context->get_executor(), clock, std::make_unique<fake_connector>(network), time_limits(), pool_limits());
        endpoint const origin{false, "h", 80, false};
        auto const r = co_await p.send(origin, what, steady_time::max());
        ended = r.has_value() || r.has_error();
    };
    asio::co_spawn(*context, run(), [](std::exception_ptr const&) {});
    context->poll();
    REQUIRE(network->wires.size() == 1);
    network->wires.clear();
    context.reset();
    CHECK_FALSE(ended);
}
