#include "net/wire_fixture.hpp"

#include <boost/asio/connect.hpp>

using namespace sluice;
using namespace sluice::test;
using asio::ip::make_address;
using asio::ip::tcp;

namespace
{

bool says(std::string const& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

// A port of the loopback on which nobody listens, as long as this lives.
class closed_port
{
public:
    explicit closed_port(asio::any_io_executor const& ex) : bound_(ex, tcp::endpoint(make_address("127.0.0.1"), 0)) {}
    std::uint16_t number() const { return bound_.local_endpoint().port(); }

private:
    tcp::socket bound_;
};

// A port that takes no more connections and refuses none: Linux drops the SYN when the queue of accepted ones is full.
class mute_port
{
public:
    explicit mute_port(asio::any_io_executor const& ex) : acceptor_(ex, tcp::v4()), filler_(ex)
    {
        acceptor_.bind(tcp::endpoint(make_address("127.0.0.1"), 0));
        acceptor_.listen(0);
        filler_.connect(acceptor_.local_endpoint());
    }
    std::uint16_t number() const { return acceptor_.local_endpoint().port(); }

private:
    tcp::acceptor acceptor_;
    tcp::socket filler_;
};

class fixed_names final : public net::resolver
{
public:
    explicit fixed_names(std::vector<tcp::endpoint> addresses) : addresses_(std::move(addresses)) {}

    asio::awaitable<result<std::vector<tcp::endpoint>>> resolve(std::string, std::uint16_t) override
    {
        co_return addresses_;
    }

private:
    std::vector<tcp::endpoint> addresses_;
};

server_script const echo_word = [](server_peer& peer) -> asio::awaitable<void> {
    auto const word = co_await peer.read(5);
    co_await peer.write(word);
    co_await peer.read_all();
};

endpoint plain_origin(std::uint16_t port, std::string host = "127.0.0.1")
{
    endpoint origin;
    origin.tls = false;
    origin.host = std::move(host);
    origin.port = port;
    return origin;
}

}  // namespace

TEST_CASE_FIXTURE(wire_fixture, "a plain server is connected to without TLS")
{
    scripted_server server(ex(), echo_word);
    auto const opened = connect(server.origin());
    REQUIRE(opened.has_value());
    CHECK_FALSE(run(loop, send(**opened, "abcde")));
    CHECK(run(loop, receive(**opened, 5)).bytes == "abcde");
    CHECK_FALSE((*opened)->resumed());
    CHECK((*opened)->bytes_moved() == 10);
}

TEST_CASE_FIXTURE(wire_fixture, "addresses are tried in order until one takes the connection")
{
    scripted_server server(ex(), echo_word);
    closed_port const closed(ex());
    auto names = std::make_unique<fixed_names>(std::vector<tcp::endpoint>{
        {make_address("127.0.0.1"), closed.number()},
        {make_address("127.0.0.1"), server.port()},
    });
    net::tcp_connector via(ex(), clock, std::move(names), net::connector_config{});
    CHECK(connect(via, plain_origin(80, "media.example")).has_value());
}

TEST_CASE_FIXTURE(wire_fixture, "when no address takes the connection, each is named with its reason")
{
    closed_port const first(ex());
    closed_port const second(ex());
    auto names = std::make_unique<fixed_names>(std::vector<tcp::endpoint>{
        {make_address("127.0.0.1"), first.number()},
        {make_address("127.0.0.1"), second.number()},
    });
    net::tcp_connector via(ex(), clock, std::move(names), net::connector_config{});
    auto const opened = connect(via, plain_origin(80, "media.example"));
    REQUIRE(opened.has_error());
    auto const& e = opened.error();
    CHECK(e.code == errc::connect_failed);
    CHECK(e.is_transient());
    CHECK(e.host == "media.example");
    for (auto const port : {first.number(), second.number()})
        CHECK(says(e.message, "127.0.0.1:" + std::to_string(port) + ": Connection refused"));
    CHECK_FALSE(e.recommendation.empty());
}

TEST_CASE_FIXTURE(wire_fixture, "a name that cannot be resolved is the resolver's error")
{
    auto const via = make_connector();
    auto const origin = plain_origin(80, "not a host name");
    started<opened_stream> connecting(ex(), via->connect(origin, std::chrono::seconds(10)));
    loop.poll();
    blocking.run();
    auto const& opened = connecting.join(loop);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == errc::resolve_failed);
}

TEST_CASE_FIXTURE(wire_fixture, "one limit covers look-up, connecting and TLS, and says where the time went")
{
    bool hello_came = false;
    scripted_server silent(ex(), [&](server_peer& peer) -> asio::awaitable<void> {
        co_await peer.read(1);
        hello_came = true;
        co_await peer.stay_silent();
    });
    mute_port const mute(ex());
    auto in_tls = silent.origin();
    in_tls.tls = true;
    struct row
    {
        endpoint origin;
        std::function<bool()> arrived;
        std::string phase;
    };
    row const rows[] = {
        {plain_origin(80, "media.example"), [&] { return clock->waiting() == 1; }, "looking up media.example"},
        {plain_origin(mute.number()), [&] { return clock->waiting() == 1; },
            "connecting to 127.0.0.1:" + std::to_string(mute.number())},
        {in_tls, [&] { return hello_came; }, "TLS"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.phase);
        auto const via = make_connector();
        started<opened_stream> connecting(ex(), via->connect(r.origin, std::chrono::seconds(10)));
        run_until(loop, r.arrived);
        loop.poll();
        clock->advance(std::chrono::milliseconds(9'999));
        loop.poll();
        CHECK_FALSE(connecting.ended());

        clock->advance(std::chrono::milliseconds(1));
        auto const& opened = connecting.join(loop);
        REQUIRE(opened.has_error());
        auto const& e = opened.error();
        CHECK(e.code == errc::connect_timeout);
        CHECK(e.is_transient());
        CHECK(e.host == r.origin.authority());
        CHECK_MESSAGE(says(e.message, r.phase), e.message);
        CHECK_MESSAGE(says(e.message, "10000 ms"), e.message);
        CHECK(clock->waiting() == 0);
    }
}

TEST_CASE_FIXTURE(wire_fixture, "no limit is no limit")
{
    mute_port const mute(ex());
    auto const via = make_connector();
    auto const origin = plain_origin(mute.number());
    started<opened_stream> connecting(ex(), via->connect(origin, std::chrono::milliseconds(0)));
    loop.poll();
    clock->advance(std::chrono::hours(1000));
    loop.poll();
    CHECK_FALSE(connecting.ended());
    connecting.cancel();
    CHECK(connecting.join(loop).error().code == asio::error::operation_aborted);
}

TEST_CASE_FIXTURE(wire_fixture, "connecting can be cancelled after each step of the loop")
{
    for (auto const kind :
        {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total})
    {
        bool cancelled = true;
        for (unsigned steps = 0; cancelled; ++steps)
        {
            CAPTURE(steps);
            scripted_server server(ex(), tls({.names = {"localhost"}}), echo_word);
            auto const via = make_connector();
            auto const origin = server.origin();
            {
                started<opened_stream> connecting(ex(), via->connect(origin, std::chrono::seconds(10)));
                loop.restart();
                for (unsigned i = 0; i < steps && !connecting.ended(); ++i)
                    loop.run_one_for(patience);
                cancelled = !connecting.ended();
                connecting.cancel(kind);
                auto const& opened = connecting.join(loop);
                CHECK((opened.has_value() || opened.error().code == asio::error::operation_aborted));
            }
            CHECK(clock->waiting() == 0);
            REQUIRE(steps < 1000);
        }
    }
}

TEST_CASE_FIXTURE(wire_fixture, "connecting can be cancelled while a look-up or a TCP handshake hangs")
{
    mute_port const mute(ex());
    auto const via = make_connector();
    for (auto const& origin : {plain_origin(mute.number()), plain_origin(80, "media.example")})
    {
        started<opened_stream> connecting(ex(), via->connect(origin, std::chrono::seconds(10)));
        run_until(loop, [&] { return clock->waiting() == 1; });
        loop.poll();
        CHECK_FALSE(connecting.ended());
        connecting.cancel();
        CHECK(connecting.join(loop).error().code == asio::error::operation_aborted);
        CHECK(clock->waiting() == 0);
    }
}

TEST_CASE_FIXTURE(wire_fixture, "a stream may outlive its connector")
{
    scripted_server server(ex(), tls(), echo_word);
    auto via = make_connector();
    auto const opened = connect(*via, server.origin());
    REQUIRE(opened.has_value());
    via.reset();
    CHECK_FALSE(run(loop, send(**opened, "abcde")));
    CHECK(run(loop, receive(**opened, 5)).bytes == "abcde");
}
