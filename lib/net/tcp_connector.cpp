#include "net/tcp_connector.hpp"

#include "net/plain_stream.hpp"
#include "net/tls_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <sstream>

namespace sluice::net
{

using asio::ip::tcp;

// One call of connect(): how far it has come, and what came of it.
struct tcp_connector::attempt
{
    explicit attempt(endpoint const& to) : origin(to) {}

    [[nodiscard]] std::string who() const { return origin.host_and_port(); }

    endpoint const& origin;
    std::string phase;
    result<std::unique_ptr<stream>> outcome = error(asio::error::operation_aborted);
};

namespace
{

std::string to_text(tcp::endpoint const& address)
{
    std::ostringstream out;
    out << address;
    return out.str();
}

// The last address that was tried says what to do: a process without descriptors fails on all of them alike.
error no_address_answers(endpoint const& origin, std::string const& who, std::string const& tried, error_code last)
{
    error e(errc::connect_failed, "no connection to " + who + " could be made: " + tried);
    e.host = origin.authority();
    bool const out_of_files =
        last == asio::error::no_descriptors || last == boost::system::errc::too_many_files_open_in_system;
    e.recommendation = out_of_files ? "Raise the limit of open files (ulimit -n), or use fewer connections"
                                    : "Check the endpoint and its port, and that no firewall stands between";
    return e;
}

error took_too_long(endpoint const& origin, std::string const& phase, std::chrono::milliseconds limit)
{
    error e(errc::connect_timeout,
        "there was no connection after " + std::to_string(limit.count()) + " ms, while " + phase);
    e.host = origin.authority();
    e.recommendation = "Check the network to this host, or give connect_timeout more";
    return e;
}

// Completes with operation_aborted when cancelled. The clock must outlive it.
auto wait_until(clock& c, steady_time when, asio::any_io_executor ex)
{
    return asio::async_initiate<asio::deferred_t const, void(error_code)>(
        [&c, when, ex = std::move(ex)](auto handler) { c.async_wait_until(when, ex, std::move(handler)); },
        asio::deferred);
}

}  // namespace

tcp_connector::tcp_connector(asio::any_io_executor strand, std::shared_ptr<clock> c, asio::any_io_executor blocking,
    connector_config const& config)
    : tcp_connector(std::move(strand), std::move(c),
          std::make_unique<system_resolver>(std::move(blocking), config.resolve_overrides), config)
{}

tcp_connector::tcp_connector(
    asio::any_io_executor strand, std::shared_ptr<clock> c, std::unique_ptr<resolver> names, connector_config config)
    : strand_(std::move(strand)), clock_(std::move(c)), names_(std::move(names)), config_(std::move(config))
{}

tcp_connector::~tcp_connector() = default;

asio::awaitable<result<std::unique_ptr<stream>>> tcp_connector::connect(
    endpoint const& origin, std::chrono::milliseconds timeout)
{
    attempt what(origin);
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return std::move(what.outcome);

    auto const limit = timeout.count() > 0 ? clock_->steady_now() + timeout : steady_time::max();
    auto race = asio::experimental::make_parallel_group(
        asio::co_spawn(strand_, run(what), asio::deferred), wait_until(*clock_, limit, strand_));
    auto both = race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    auto const [order, thrown, waited] = co_await std::move(both);

    if (thrown)
        std::rethrow_exception(thrown);
    auto const timed_out = order[0] == 1 && !waited;
    if (timed_out && what.outcome.has_error() && what.outcome.error().code == asio::error::operation_aborted)
        co_return took_too_long(origin, what.phase, timeout);
    co_return std::move(what.outcome);
}

asio::awaitable<void> tcp_connector::run(attempt& what)
{
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    what.outcome = co_await open_stream(what);
}

asio::awaitable<result<std::unique_ptr<stream>>> tcp_connector::open_stream(attempt& what)
{
    // First, as nothing can come of the rest without it.
    if (what.origin.tls && tls().has_error())
        co_return tls().error();

    auto socket = co_await open_socket(what);
    if (!socket)
        co_return socket.error();
    if (!what.origin.tls)
        co_return std::make_unique<plain_stream>(std::move(*socket), buffers_);

    what.phase = "shaking hands in TLS with " + what.who();
    auto secured = std::make_unique<tls_stream>(std::move(*socket), buffers_, *tls(), what.origin);
    auto const shaken = co_await secured->handshake();
    if (!shaken)
        co_return shaken.error();
    co_return std::move(secured);
}

asio::awaitable<result<tcp::socket>> tcp_connector::open_socket(attempt& what)
{
    what.phase = "looking up " + what.origin.host;
    auto const addresses = co_await names_->resolve(what.origin.host, what.origin.effective_port());
    if (!addresses)
        co_return addresses.error();

    std::string tried;
    error_code last;
    for (auto const& address : *addresses)
    {
        what.phase = "connecting to " + to_text(address);
        tcp::socket socket(strand_);
        auto const code = co_await dial(socket, address);
        if (!code)
            co_return std::move(socket);
        if (code == asio::error::operation_aborted)
            co_return error(code);
        last = code;
        tried += (tried.empty() ? "" : "; ") + to_text(address) + ": " + code.message();
    }
    co_return no_address_answers(what.origin, what.who(), tried, last);
}

asio::awaitable<error_code> tcp_connector::dial(tcp::socket& socket, tcp::endpoint const& address)
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return asio::error::operation_aborted;

    error_code code;
    socket.open(address.protocol(), code);
    if (code)
        co_return code;
    co_await socket.async_connect(address, asio::redirect_error(asio::use_awaitable, code));
    if (code)
        co_return code;

    // Neither is worth failing for: batches make Nagle's delay rare, and the pool notices dead peers by itself.
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(tcp::socket::keep_alive(true), ignored);
    co_return code;
}

result<std::shared_ptr<tls_context>> const& tcp_connector::tls()
{
    if (!tls_)
        tls_ = tls_context::create(config_.ca_file, config_.verify_peer);
    return *tls_;
}

}  // namespace sluice::net
