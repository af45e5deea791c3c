#include "pool_fixture.hpp"
#include "wire_fixture.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;
using sluice::test::scripted_server;
using sluice::test::server_peer;
using sluice::test::wire_fixture;

namespace
{

// A pool over the network that trusts the fixture's authority.
struct network_fixture : wire_fixture
{
    pool_config config()
    {
        pool_config c;
        c.ca_file = authority.file();
        c.pool.connections = 1;
        return c;
    }

    std::vector<result<response>> send_together(pool& p, endpoint const& origin, std::vector<fake_request>& requests)
    {
        std::vector<result<response>> outcomes(requests.size(), error(errc::connection_lost));
        std::size_t ended = 0;
        for (std::size_t i = 0; i < requests.size(); ++i)
        {
            auto done = [&outcomes, &ended, i](std::exception_ptr const&, result<response> r) {
                outcomes[i] = std::move(r);
                ++ended;
            };
            asio::co_spawn(loop, p.send(origin, requests[i], steady_time::max()), std::move(done));
        }
        sluice::test::run_until(loop, [&] { return ended == requests.size(); });
        return outcomes;
    }
};

// Reads `depth` requests before it answers the first, again and again.
asio::awaitable<void> answer_late(server_peer& peer, unsigned depth)
{
    for (;;)
    {
        std::vector<std::string> heads;
        for (unsigned i = 0; i < depth; ++i)
        {
            auto head = co_await peer.read_until("\r\n\r\n");
            if (head.empty())
                co_return;
            heads.push_back(std::move(head));
        }
        for (auto const& head : heads)
        {
            auto const path = head.substr(5, head.find(' ', 5) - 5);
            auto const bytes = answer(path);
            co_await peer.write(bytes);
        }
    }
}

std::vector<fake_request> numbered(unsigned n)
{
    std::vector<fake_request> requests;
    requests.reserve(n);
    for (unsigned i = 0; i < n; ++i)
        requests.emplace_back(std::to_string(i));
    return requests;
}

}  // namespace

TEST_CASE("over TLS, four requests are on one connection before the first answer")
{
    network_fixture f;
    scripted_server server(f.ex(), f.tls(), [](server_peer& peer) { return answer_late(peer, 4); });
    pool p(f.ex(), f.clock, f.blocking.get_executor(), f.config());
    auto requests = numbered(8);
    auto const outcomes = f.send_together(p, server.origin(), requests);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        REQUIRE(outcomes[i].has_value());
        CHECK(outcomes[i]->body == std::to_string(i));
        CHECK(outcomes[i]->peer == server.origin().authority());
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("a connection that the server closed while it was idle is replaced, and its TLS session resumed")
{
    network_fixture f;
    scripted_server server(f.ex(), f.tls(), [](server_peer& peer) -> asio::awaitable<void> {
        co_await peer.read_until("\r\n\r\n");
        auto const bytes = answer("one each");
        co_await peer.write(bytes);
        co_await peer.shut_down();
    });
    pool p(f.ex(), f.clock, f.blocking.get_executor(), f.config());
    for (int i = 0; i < 3; ++i)
    {
        auto requests = numbered(1);
        auto const outcomes = f.send_together(p, server.origin(), requests);
        REQUIRE(outcomes[0].has_value());
        CHECK(outcomes[0]->body == "one each");
    }
    CHECK(p.stats().connections_opened == 3);
    CHECK(p.stats().sessions_resumed == 2);
}

TEST_CASE("a reset in the middle of an answer is a lost connection")
{
    network_fixture f;
    scripted_server server(f.ex(), [](server_peer& peer) -> asio::awaitable<void> {
        co_await peer.read_until("\r\n\r\n");
        auto const half = answer("whole").substr(0, 42);
        co_await peer.write(half);
        peer.reset();
    });
    pool p(f.ex(), f.clock, f.blocking.get_executor(), f.config());
    auto requests = numbered(1);
    auto const outcomes = f.send_together(p, server.origin(), requests);
    REQUIRE(outcomes[0].has_error());
    CHECK(outcomes[0].error().code == errc::connection_lost);
    CHECK(outcomes[0].error().host == server.origin().authority());
}

TEST_CASE("a refusal that comes before a large body is whole reaches the caller")
{
    network_fixture f;
    scripted_server server(f.ex(), [](server_peer& peer) -> asio::awaitable<void> {
        co_await peer.read_until("\r\n\r\n");
        co_await peer.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        co_await peer.stay_silent();
    });
    pool p(f.ex(), f.clock, f.blocking.get_executor(), f.config());
    auto requests = numbered(1);
    fake_body body(f.ex(), std::string(64u << 20u, 'x'));
    requests[0].source = &body;
    requests[0].method = "PUT";
    requests[0].in = lane::object;
    auto const outcomes = f.send_together(p, server.origin(), requests);
    REQUIRE(outcomes[0].has_value());
    CHECK(outcomes[0]->status == 403);
}
