#include "net/wire_fixture.hpp"

#include <boost/asio/thread_pool.hpp>

using namespace sluice;
using namespace sluice::test;
using asio::ip::make_address;
using asio::ip::tcp;

namespace
{

using answer = result<std::vector<tcp::endpoint>>;

}  // namespace

TEST_CASE_FIXTURE(wire_fixture, "fixed addresses and address literals need no look-up")
{
    net::system_resolver names(ex(), {
                                         {"Media.Example", 443, make_address("192.0.2.1")},
                                         {"media.example", 443, make_address("2001:db8::1")},
                                         {"media.example", 80, make_address("192.0.2.2")},
                                         {"192.0.2.9", 443, make_address("127.0.0.1")},
                                     });
    struct row
    {
        char const* host;
        std::uint16_t port;
        std::vector<tcp::endpoint> found;
    };
    row const rows[] = {
        {"media.example", 443, {{make_address("192.0.2.1"), 443}, {make_address("2001:db8::1"), 443}}},
        {"MEDIA.example", 80, {{make_address("192.0.2.2"), 80}}},
        {"192.0.2.9", 443, {{make_address("127.0.0.1"), 443}}},
        {"192.0.2.9", 80, {{make_address("192.0.2.9"), 80}}},
        {"::1", 8443, {{make_address("::1"), 8443}}},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        CAPTURE(r.port);
        auto const found = run(loop, names.resolve(r.host, r.port));
        REQUIRE(found.has_value());
        CHECK(*found == r.found);
    }
}

TEST_CASE_FIXTURE(wire_fixture, "the system is asked on the blocking executor, and answers with the port asked for")
{
    asio::thread_pool pool(1);
    net::system_resolver names(pool.get_executor(), {});
    auto const found = run(loop, names.resolve("localhost", 8080));
    REQUIRE(found.has_value());
    for (auto const& address : *found)
    {
        CHECK(address.address().is_loopback());
        CHECK(address.port() == 8080);
    }
}

TEST_CASE_FIXTURE(wire_fixture, "a host that does not exist is named, with advice")
{
    asio::thread_pool pool(1);
    net::system_resolver names(pool.get_executor(), {});
    std::string const host = "not a host name";  // refused by the system itself, without any query
    auto const found = run(loop, names.resolve(host, 443));
    REQUIRE(found.has_error());
    CHECK(found.error().code == errc::resolve_failed);
    CHECK(found.error().host == host);
    CHECK(found.error().message.find(host) != std::string::npos);
    CHECK(found.error().recommendation.find("--resolve") != std::string::npos);
}

TEST_CASE_FIXTURE(wire_fixture, "a look-up that hangs can be left, by every kind of cancellation")
{
    for (auto const kind :
        {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total})
    {
        net::system_resolver names(blocking.get_executor(), {});
        started<answer> look_up(ex(), names.resolve("localhost", 443));
        loop.poll();
        CHECK_FALSE(look_up.ended());
        look_up.cancel(kind);
        auto const& found = look_up.join(loop);
        REQUIRE(found.has_error());
        CHECK(found.error().code == asio::error::operation_aborted);
    }
    // The abandoned ones end now, long after everyone who asked.
    CHECK(blocking.run() == 3);
}

TEST_CASE("a look-up may end after the loop that asked is gone")
{
    asio::io_context blocking;
    net::system_resolver names(blocking.get_executor(), {});
    {
        asio::io_context loop;
        asio::co_spawn(loop, names.resolve("localhost", 443), asio::detached);
        loop.poll();
    }
    CHECK(blocking.run() == 1);
}

TEST_CASE_FIXTURE(wire_fixture, "a look-up cancelled before it began is not begun")
{
    net::system_resolver names(blocking.get_executor(), {});
    auto const body = [&]() -> asio::awaitable<answer> {
        asio::steady_timer pause(loop, asio::steady_timer::time_point::max());
        error_code woken;
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        co_return co_await names.resolve("localhost", 443);
    };
    started<answer> look_up(ex(), body());
    loop.poll();
    look_up.cancel();
    CHECK(look_up.join(loop).error().code == asio::error::operation_aborted);
    CHECK(blocking.run() == 0);
}
