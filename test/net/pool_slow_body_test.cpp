#include "pool_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;

namespace
{

struct slow_body_fixture : pool_fixture
{
    // A body that a limit of its own holds back until it is released.
    call& begin_slow(std::string name)
    {
        auto& c = make(std::move(name), "bytes");
        c.body.slow = c.body.held_back = c.body.limited = true;
        start(c);
        settle();
        return c;
    }

    call& come(std::string name, std::string body = "")
    {
        auto& c = begin(std::move(name), std::move(body));
        settle();
        return c;
    }

    // On which connection a request left; -1: on none.
    [[nodiscard]] int wire_of(std::string const& name) const
    {
        for (std::size_t i = 0; i < network->wires.size(); ++i)
            if (network->wires[i]->sent.find(" /" + name + " ") != std::string::npos)
                return static_cast<int>(i);
        return -1;
    }

    [[nodiscard]] unsigned sent(std::vector<std::string> const& names) const
    {
        unsigned n = 0;
        for (auto const& name : names)
            n += wire_of(name) >= 0 ? 1 : 0;
        return n;
    }
};

}  // namespace

TEST_CASE("nothing stands behind a body that a limit of its own holds back")
{
    slow_body_fixture f;
    f.sizes.connections = 2;
    f.begin_slow("slow");
    f.come("large", std::string(1000, 'x'));
    REQUIRE(f.wire_of("slow") == 0);
    REQUIRE(f.wire_of("large") == 1);
    f.come("object", "bytes");  // the other connection has more to do
    f.come("call");
    CHECK(f.wire_of("object") == 1);
    CHECK(f.wire_of("call") == 1);
}

TEST_CASE("a call gets another connection in place of one that is held up")
{
    slow_body_fixture f;
    f.sizes.connections = 2;
    f.begin_slow("slow");
    f.come("call");
    CHECK(f.wire_of("call") == 1);
}

TEST_CASE("who would not stand behind a slow body follows when it was sent, and not when it is answered")
{
    slow_body_fixture f;
    f.sizes.connections = 1;
    auto& slow = f.begin_slow("slow");
    f.come("object", "more");
    f.come("call");
    CHECK(f.wire_of("object") == -1);
    CHECK(f.wire_of("call") == -1);
    CHECK(f.the_pool().stats().requests_waiting == 2);
    slow.body.release();
    f.settle();
    CHECK(f.wire_of("object") == 0);
    CHECK(f.wire_of("call") == 0);
    CHECK_FALSE(slow.done());
}

TEST_CASE("a body that becomes slow under way holds nobody up who comes later")
{
    slow_body_fixture f;
    f.sizes.connections = 2;
    auto& c = f.make("a", "bytes");
    c.body.slow = c.body.held_back = true;
    f.start(c);
    f.settle();
    f.come("large", std::string(1000, 'x'));
    f.come("before", "bytes");
    c.body.limited = true;
    f.come("after", "bytes");
    CHECK(f.wire_of("before") == -1);
    CHECK(f.wire_of("after") == 1);
}

TEST_CASE("slow bodies leave a connection for the others, and go on in their turn")
{
    struct row
    {
        unsigned connections, at_once;
    };
    static constexpr row rows[] = {{1, 1}, {2, 1}, {4, 3}};
    std::vector<std::string> const names{"s0", "s1", "s2", "s3", "s4", "s5"};
    for (auto const& r : rows)
    {
        CAPTURE(r.connections);
        slow_body_fixture f;
        f.sizes.connections = r.connections;
        std::vector<call*> slow;
        slow.reserve(names.size());
        for (auto const& name : names)
            slow.push_back(&f.begin_slow(name));
        CHECK(f.sent(names) == r.at_once);
        CHECK(f.network->attempts == r.at_once);
        CHECK(f.the_pool().stats().requests_waiting == names.size() - r.at_once);

        f.come("other", "bytes");
        CHECK((f.wire_of("other") >= 0) == (r.connections > 1));
        CHECK(f.network->attempts == r.connections);

        for (unsigned n = 0; n < names.size(); ++n)
        {
            CAPTURE(n);
            slow[n]->body.release();
            f.settle();
            CHECK(f.sent(names) == std::min<std::size_t>(names.size(), r.at_once + n + 1));
        }
        CHECK(f.wire_of("other") >= 0);
    }
}

TEST_CASE("who waits as a slow body may leave, and makes place when it leaves under way")
{
    slow_body_fixture f;
    f.sizes.connections = 2;
    auto& first = f.begin_slow("first");
    auto& second = f.begin_slow("second");
    f.begin_slow("third");
    second.cancel();
    f.settle();
    CHECK(second.failed(asio::error::operation_aborted));
    CHECK(f.wire_of("third") == -1);
    first.cancel();
    f.settle();
    CHECK(first.failed(asio::error::operation_aborted));
    CHECK(f.wire_of("third") >= 0);
    CHECK(f.wire_of("second") == -1);
}
