#include "pool_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;

namespace
{

std::size_t count(std::string_view text, std::string_view what)
{
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
        ++n;
    return n;
}

}  // namespace

TEST_CASE("a request goes out with its length, and its answer comes back")
{
    struct row
    {
        std::string method, body, sent;
    };
    row const rows[] = {
        {"GET", "", "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"HEAD", "", "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"DELETE", "", "DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"POST", "", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
        {"PUT", "", "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
        {"PUT", "abc", "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"},
        {"POST", "abc", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.sent);
        pool_fixture f;
        auto& c = f.make("a", r.body);
        c.what.method = r.method;
        f.start(c);
        f.settle();
        CHECK(f.wire(0).sent == r.sent);
        f.wire(0).say(r.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" : answer("fine"));
        f.settle();
        REQUIRE(c.done());
        REQUIRE(c.outcome->has_value());
        CHECK((*c.outcome)->body == (r.method == "HEAD" ? "" : "fine"));
        CHECK((*c.outcome)->peer == "h");
    }
}

TEST_CASE("several requests are on the wire before the first answer, and answers find theirs in order")
{
    pool_fixture f;
    std::vector<call*> calls;
    for (char const* name : {"a", "b", "c", "d", "e"})
        calls.push_back(&f.begin(name));
    f.settle();
    REQUIRE(f.network->wires.size() == 1);
    CHECK(count(f.wire(0).sent, "GET /") == 5);
    f.wire(0).say(answer("a") + answer("b") + answer("c").substr(0, 20));
    f.settle();
    CHECK(calls[0]->answered("a"));
    CHECK(calls[1]->answered("b"));
    CHECK_FALSE(calls[2]->done());
    f.wire(0).say(answer("c").substr(20) + answer("d") + answer("e"));
    f.settle();
    CHECK(calls[2]->answered("c"));
    CHECK(calls[3]->answered("d"));
    CHECK(calls[4]->answered("e"));
}

TEST_CASE("requests queued in one turn leave in one batch, small bodies included")
{
    pool_fixture f;
    f.sizes.part_pipeline_depth = 4;
    f.sizes.connections = 1;
    f.use_once();
    auto const before = f.wire(0).flushes.size();
    for (char const* name : {"a", "b", "c"})
        f.begin(name);
    for (char const* name : {"d", "e"})
    {
        auto& c = f.make(name, "body");
        c.body.ready = true;
        f.start(c);
    }
    f.settle();
    CHECK(f.wire(0).flushes.size() == before + 1);
    CHECK(count(f.wire(0).sent, "HTTP/1.1\r\n") == 6);
}

TEST_CASE("no request waits in the batch for the source of another")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.use_once();
    f.begin("a");
    auto& slow = f.make("b", "body");
    slow.body.slow = true;
    f.start(slow);
    f.settle();
    CHECK(count(f.wire(0).sent, "GET /a") == 1);
    CHECK(slow.body.inside == 1);
    slow.body.release();
    f.settle();
    CHECK(f.wire(0).sent.ends_with("\r\n\r\nbody"));
}

TEST_CASE("the depth is bounded in calls")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.sizes.call_pipeline_depth = 3;
    for (char const* name : {"a", "b", "c", "d", "e"})
        f.begin(name);
    f.settle();
    CHECK(count(f.wire(0).sent, "GET /") == 3);
    CHECK(f.the_pool().stats().requests_waiting == 2);
    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(count(f.wire(0).sent, "GET /") == 4);
}

TEST_CASE("the depth is bounded in bodies and in their bytes, and one body may always go")
{
    struct row
    {
        unsigned depth;
        std::uint64_t bytes;
        std::vector<std::size_t> bodies;
        std::size_t on_the_wire;
    };
    row const rows[] = {
        {2, 1000, {10, 10, 10}, 2},
        {9, 1000, {400, 400, 400}, 2},
        {9, 1000, {2000, 10}, 1},  // too large for the bound, and alone
        {9, 1000, {10, 2000}, 1},
        {1, 1000, {10, 10}, 1},
        {9, 1000, {500, 500, 1}, 2},
    };
    for (auto const& r : rows)
    {
        pool_fixture f;
        f.sizes.connections = 1;
        f.sizes.part_pipeline_depth = r.depth;
        f.sizes.pipeline_bytes = r.bytes;
        for (auto const size : r.bodies)
            f.begin("x", std::string(size, 'b'));
        f.settle();
        CHECK(count(f.wire(0).sent, "PUT /") == r.on_the_wire);
        for (std::size_t i = 0; i < r.bodies.size(); ++i)
        {
            f.wire(0).say(answer(""));
            f.settle();
        }
        for (auto const& c : f.calls)
            CHECK(c.answered(""));
    }
}

TEST_CASE("a body larger than the batch arrives whole")
{
    pool_fixture f;
    f.network->batch_room = 100;
    std::string body;
    for (int i = 0; i < 1000; ++i)
        body += std::to_string(i);
    auto& c = f.make("a", body);
    c.body.block = 333;
    f.start(c);
    f.settle();
    CHECK(f.wire(0).sent.ends_with("\r\n\r\n" + body));
    CHECK(c.body.rewinds == 1);
}

TEST_CASE("the second body is on the wire while the first awaits its answer")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.begin("a", "first");
    f.begin("b", "second");
    f.settle();
    CHECK(f.wire(0).sent.ends_with("second"));
}

TEST_CASE("bodies take a connection each while there may be more, calls share one")
{
    pool_fixture f;
    f.sizes.connections = 3;
    for (char const* name : {"a", "b", "c", "d"})
        f.begin(name);
    f.settle();
    CHECK(f.network->wires.size() == 1);

    pool_fixture g;
    g.sizes.connections = 3;
    for (char const* name : {"a", "b", "c", "d"})
        g.begin(name, "body");
    g.settle();
    REQUIRE(g.network->wires.size() == 3);
    CHECK(count(g.wire(0).sent + g.wire(1).sent + g.wire(2).sent, "PUT /") == 4);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(count(g.wire(i).sent, "PUT /") >= 1);
}

TEST_CASE("calls open another connection when none has room")
{
    pool_fixture f;
    f.sizes.connections = 2;
    f.sizes.call_pipeline_depth = 2;
    for (char const* name : {"a", "b", "c", "d", "e"})
        f.begin(name);
    f.settle();
    REQUIRE(f.network->wires.size() == 2);
    CHECK(count(f.wire(0).sent, "GET /") == 2);
    CHECK(count(f.wire(1).sent, "GET /") == 2);
    CHECK(f.the_pool().stats().requests_waiting == 1);
}

TEST_CASE("those who wait are served in the order of coming")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.sizes.call_pipeline_depth = 1;
    for (char const* name : {"0", "1", "2", "3", "4"})
        f.begin(name);
    f.settle();
    for (int i = 0; i < 5; ++i)
    {
        CHECK(count(f.wire(0).sent, "GET /") == static_cast<std::size_t>(i + 1));
        CHECK(f.wire(0).sent.find("GET /" + std::to_string(i)) != std::string::npos);
        f.wire(0).say(answer(std::to_string(i)));
        f.settle();
    }
    unsigned i = 0;
    for (auto const& c : f.calls)
        CHECK(c.answered(std::to_string(i++)));
}

TEST_CASE("a request is composed when it is its turn, not when it is queued")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.sizes.call_pipeline_depth = 1;
    f.begin("a");
    auto& second = f.begin("b");
    f.settle();
    CHECK(second.what.composed == 0);
    f.wire(0).say(answer("a"));
    f.settle();
    CHECK(second.what.composed == 1);
}

TEST_CASE("a request that cannot be composed fails alone")
{
    pool_fixture f;
    auto& before = f.begin("a");
    auto& bad = f.make("b");
    bad.what.refuse = error(errc::no_credentials, "none");
    f.start(bad);
    auto& after = f.begin("c");
    f.settle();
    CHECK(bad.failed(errc::no_credentials));
    CHECK(bad.outcome->error().host == "h");
    f.wire(0).say(answer("a") + answer("c"));
    f.settle();
    CHECK(before.answered("a"));
    CHECK(after.answered("c"));
    CHECK(f.network->attempts == 1);
}

TEST_CASE("interim and chunked answers come through the pipeline")
{
    pool_fixture f;
    auto& a = f.begin("a");
    auto& b = f.begin("b");
    f.settle();
    f.wire(0).say(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n" +
        answer("b"));
    f.settle();
    CHECK(a.answered("xy"));
    CHECK(b.answered("b"));
}

TEST_CASE("the numbers of a pool tell what happened")
{
    pool_fixture f;
    f.use_once();
    auto& c = f.begin("a", "body");
    f.settle();
    auto const now = f.the_pool().stats();
    CHECK(now.connections_opened == 1);
    CHECK(now.connections_open == 1);
    CHECK(now.connections_reused == 1);
    CHECK(now.requests == 2);
    CHECK(now.bytes_sent == f.wire(0).sent.size());
    f.wire(0).say(answer("", "Connection: close\r\n"));
    f.settle();
    CHECK(c.answered(""));
    CHECK(f.the_pool().stats().connections_open == 0);
    CHECK(f.the_pool().stats().bytes_sent == f.wire(0).sent.size());
}

TEST_CASE("what is in the batch does not wait with a body that is held back")
{
    for (bool const held_back : {false, true})
    {
        CAPTURE(held_back);
        pool_fixture f;
        auto& c = f.make("a", "abcdefgh");
        c.body.block = 4;
        c.body.held_back = held_back;
        f.start(c);
        f.settle();
        CHECK(f.wire(0).sent.ends_with("\r\n\r\nabcdefgh"));
        CHECK(f.wire(0).flushes.size() == (held_back ? 3 : 1));
    }
}
