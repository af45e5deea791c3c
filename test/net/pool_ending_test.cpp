#include "pool_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;

TEST_CASE("a kept-alive connection that turns out dead is replaced at once")
{
    struct row
    {
        char const* how;
        void (*die)(fake_wire&);
    };
    static constexpr row rows[] = {
        {"closed", [](fake_wire& w) { w.hang_up(); }},
        {"reset", [](fake_wire& w) { w.hang_up(asio::error::connection_reset); }},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.how);
        pool_fixture f;
        f.use_once();
        auto& c = f.begin("a", "body");
        f.settle();
        CHECK(f.wire(0).sent.ends_with("body"));
        r.die(f.wire(0));
        f.settle();
        REQUIRE(f.network->wires.size() == 2);
        CHECK(f.wire(1).sent.ends_with("body"));
        f.wire(1).say(answer("a"));
        f.settle();
        CHECK(c.answered("a"));
        CHECK(c.body.rewinds == 2);
        CHECK(c.what.composed == 2);  // signed afresh
    }
}

TEST_CASE("what must not be sent twice fails with a dead connection, unless nothing of it was sent")
{
    pool_fixture f;
    f.use_once();
    auto& c = f.make("a");
    c.what.harmless = false;
    f.start(c);
    f.settle();
    f.wire(0).hang_up();
    f.settle();
    CHECK(c.failed(errc::connection_lost));
    CHECK(c.outcome->error().message == "the connection ended before the answer (the server closed the connection)");
    CHECK(c.outcome->error().host == "h");
    CHECK(f.network->attempts == 1);

    auto& again = f.begin("first");
    f.settle();
    f.wire(1).say(answer("first"));
    f.settle();
    CHECK(again.answered("first"));
    f.wire(1).hang_up();  // known before the next is written
    auto& unsent = f.make("b");
    unsent.what.harmless = false;
    f.start(unsent);
    f.settle();
    REQUIRE(f.network->wires.size() == 3);
    f.wire(2).say(answer("b"));
    f.settle();
    CHECK(unsent.answered("b"));
}

TEST_CASE("an idle connection that looks dead is not used")
{
    pool_fixture f;
    f.use_once();
    f.wire(0).dead = true;
    auto& c = f.make("a");
    c.what.harmless = false;
    f.start(c);
    f.settle();
    CHECK(f.wire(0).closed);
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).say(answer("a"));
    f.settle();
    CHECK(c.answered("a"));
}

TEST_CASE("several dead connections do not use up a request")
{
    pool_fixture f;
    f.sizes.connections = 4;
    for (int i = 0; i < 4; ++i)
        f.begin("x", "body");
    f.settle();
    REQUIRE(f.network->wires.size() == 4);
    for (auto const& w : f.network->wires)
        w->say(answer(""));
    f.settle();

    auto& c = f.begin("a");
    f.settle();
    for (std::size_t i = 0; i < 4; ++i)
        if (f.wire(i).sent.find("GET /a") != std::string::npos)
            f.wire(i).hang_up();
    f.settle();
    REQUIRE(f.network->wires.size() == 5);  // no second one of the idle is tried
    f.wire(4).say(answer("a"));
    f.settle();
    CHECK(c.answered("a"));
}

TEST_CASE("a new connection that dies fails its requests, and it is not tried for ever")
{
    pool_fixture f;
    auto& c = f.begin("a");
    f.settle();
    f.wire(0).hang_up(asio::error::connection_reset);
    f.settle();
    CHECK(c.failed(errc::connection_lost));
    CHECK(f.network->attempts == 1);
}

TEST_CASE("half an answer is a lost connection, for the one it belonged to")
{
    pool_fixture f;
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    auto& c = f.begin("c");
    f.settle();
    f.wire(0).say(answer("a") + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal");
    f.settle();
    f.wire(0).hang_up();
    f.settle();
    CHECK(a.answered("a"));
    CHECK(b.failed(errc::connection_lost));
    CHECK(b.outcome->error().message.find("in the middle of the answer") != std::string::npos);
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).say(answer("c"));
    f.settle();
    CHECK(c.answered("c"));
}

TEST_CASE("after an answer that closes the connection the others go elsewhere, even what must not be sent twice")
{
    pool_fixture f;
    auto& a = f.begin("a");
    auto& b = f.make("b");
    f.sizes.connections = 1;
    b.what.harmless = false;
    f.start(b);
    f.settle();
    f.wire(0).say(answer("a", "Connection: close\r\n"));
    f.settle();
    CHECK(a.answered("a"));
    CHECK(f.wire(0).closed);
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).say(answer("b"));
    f.settle();
    CHECK(b.answered("b"));
}

TEST_CASE("an answer without a length ends with the connection")
{
    pool_fixture f;
    auto& a = f.begin("a");
    f.settle();
    f.wire(0).say("HTTP/1.1 200 OK\r\n\r\nall of it");
    f.settle();
    CHECK_FALSE(a.done());
    f.wire(0).hang_up();
    f.settle();
    CHECK(a.answered("all of it"));
}

TEST_CASE("garbage fails the request whose answer it should be")
{
    struct row
    {
        std::string says, message;
    };
    row const rows[] = {
        {"SSH-2.0-x\r\n\r\n", "not HTTP/1.1"},
        {answer(std::string(2000, 'x')), "larger than 1000 bytes"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'), "larger than 64 KiB"},
    };
    for (auto const& r : rows)
    {
        pool_fixture f;
        auto& a = f.begin("a");
        auto& b = f.begin("b");
        f.settle();
        f.wire(0).say(answer("a") + r.says);
        f.settle();
        CHECK(a.answered("a"));
        CHECK(b.failed(errc::malformed_response));
        CHECK(b.outcome->error().message.find(r.message) != std::string::npos);
        CHECK(f.wire(0).closed);
    }
}

TEST_CASE("what comes unasked closes the connection")
{
    pool_fixture f;
    f.use_once();
    f.wire(0).say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    f.settle();
    CHECK(f.wire(0).closed);
    auto& c = f.begin("a");
    f.settle();
    f.wire(1).say(answer("a"));
    f.settle();
    CHECK(c.answered("a"));
}

TEST_CASE("an answer that comes before the body is whole ends the sending, and the later requests go elsewhere")
{
    struct row
    {
        char const* what;
        std::size_t willing;
        bool slow;
    };
    static constexpr row rows[] = {{"the network takes no more", 300, false}, {"the source is slow", 5000, true}};
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        pool_fixture f;
        f.sizes.connections = 1;
        f.network->batch_room = 200;
        f.network->willing = r.willing;
        auto& earlier = f.begin("0");
        auto& body = f.make("a", std::string(1000, 'x'));
        body.body.slow = r.slow;
        f.start(body);
        auto& later = f.begin("c");
        f.settle();
        f.wire(0).say(answer("0") + "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        f.settle();
        CHECK(earlier.answered("0"));
        REQUIRE(body.answered("no"));
        CHECK((*body.outcome)->status == 403);
        CHECK(f.wire(0).closed);
        REQUIRE(f.network->wires.size() == 2);
        f.wire(1).say(answer("c"));
        f.settle();
        CHECK(later.answered("c"));
    }
}

TEST_CASE("an answer that comes while the end of the body waits for the network is early too")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.network->willing = 300;
    auto& body = f.begin("a", std::string(1000, 'x'));
    auto& later = f.begin("c");
    f.settle();
    f.wire(0).say("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno");
    f.settle();
    REQUIRE(body.answered("no"));
    CHECK(f.wire(0).closed);
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).take_up_to(5000);
    f.settle();
    f.wire(1).say(answer("c"));
    f.settle();
    CHECK(later.answered("c"));
}

TEST_CASE("an answer before a byte of the request has left is none, and the request goes elsewhere")
{
    pool_fixture f;
    f.use_once();
    auto& c = f.make("a", "body");
    c.body.slow = true;
    c.what.harmless = false;
    f.start(c);
    f.settle();
    REQUIRE(c.body.inside == 1);  // its head is in the batch
    f.wire(0).say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    f.settle();
    CHECK(f.wire(0).closed);
    CHECK_FALSE(c.done());
    c.body.release();
    f.settle();
    REQUIRE(f.network->wires.size() == 2);
    f.wire(1).say(answer("a"));
    f.settle();
    CHECK(c.answered("a"));
}

TEST_CASE("an early answer waits until the source has let go")
{
    pool_fixture f;
    f.network->batch_room = 100;
    auto& c = f.make("a", std::string(1000, 'x'));
    c.body.block = 200;
    f.network->willing = 150;
    f.start(c);
    f.settle();
    c.body.slow = c.body.lets_go_slowly = true;
    f.wire(0).take_up_to(1000);
    f.settle();
    REQUIRE(c.body.inside == 1);
    f.wire(0).say(answer("early"));
    f.settle();
    CHECK_FALSE(c.done());
    c.body.release();
    f.settle();
    CHECK(c.answered("early"));
    CHECK(f.wire(0).closed);
}

TEST_CASE("why the server went away is read after a failed write")
{
    pool_fixture f;
    f.network->batch_room = 100;
    f.network->willing = 150;
    auto& c = f.begin("a", std::string(1000, 'x'));
    f.settle();
    f.wire(0).write_error = asio::error::broken_pipe;
    f.wire(0).take_up_to(0);
    f.settle();
    CHECK_FALSE(c.done());
    f.wire(0).say("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    f.settle();
    REQUIRE(c.done());
    CHECK((*c.outcome)->status == 413);
}

TEST_CASE("a body that fails or has another length fails alone")
{
    struct row
    {
        char const* what;
        error_code code;
        void (*spoil)(fake_body&);
    };
    row const rows[] = {
        {"fails", errc::source_failed, [](fake_body& b) { b.fails = error(errc::source_failed, "disk"); }},
        {"too short", errc::source_changed, [](fake_body& b) { b.announced = b.bytes.size() + 1; }},
        {"too long", errc::source_changed, [](fake_body& b) { b.announced = b.bytes.size() - 1; }},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        pool_fixture f;
        f.sizes.connections = 1;
        f.use_once();
        auto& earlier = f.begin("a");
        auto& bad = f.make("b", "some bytes");
        r.spoil(bad.body);
        f.start(bad);
        auto& later = f.begin("c");
        f.settle();
        CHECK(bad.failed(r.code));
        f.wire(0).say(answer("a"));
        f.settle();
        CHECK(earlier.answered("a"));
        CHECK(f.wire(0).closed);
        REQUIRE(f.network->wires.size() == 2);
        f.wire(1).say(answer("c"));
        f.settle();
        CHECK(later.answered("c"));
    }
}

TEST_CASE("a server that closes after each answer gets one request at a time")
{
    for (std::string const closing : {"", "Connection: close\r\n"})
    {
        CAPTURE(closing);
        pool_fixture f;
        f.sizes.connections = 1;
        for (int i = 0; i < 6; ++i)
            f.begin(std::to_string(i));
        f.settle();
        std::vector<std::size_t> sent_on;  // requests on each connection
        for (int i = 0; i < 6; ++i)
        {
            auto& w = *f.network->wires.back();
            std::size_t n = 0;
            for (auto at = w.sent.find("GET"); at != std::string::npos; at = w.sent.find("GET", at + 1))
                ++n;
            sent_on.push_back(n);
            w.say(answer(std::to_string(i), closing));
            if (closing.empty())
                w.hang_up();
            f.settle();
        }
        CHECK(sent_on == std::vector<std::size_t>{6, 5, 1, 1, 1, 1});
        unsigned i = 0;
        for (auto const& c : f.calls)
            CHECK(c.answered(std::to_string(i++)));
    }
}

TEST_CASE("connections that were kept too long say nothing about pipelining")
{
    pool_fixture f;
    f.sizes.connections = 1;
    for (int round = 0; round < 3; ++round)
    {
        f.use_once(f.network->wires.empty() ? 0 : f.network->wires.size() - 1);
        auto& a = f.begin("a");
        auto& b = f.begin("b");
        f.settle();
        f.network->wires.back()->hang_up();
        f.settle();
        auto& w = *f.network->wires.back();
        CHECK(w.sent.find("GET /b") != std::string::npos);  // both at once, as ever
        w.say(answer("a") + answer("b"));
        f.settle();
        CHECK(a.answered("a"));
        CHECK(b.answered("b"));
    }
}
