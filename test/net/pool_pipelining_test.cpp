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
