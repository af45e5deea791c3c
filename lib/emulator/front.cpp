#include "emulator/front.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace sluice::emulator
{

namespace
{

// Pause after a failed accept, which may be for want of file descriptors: trying again at once would only spin.
constexpr std::chrono::milliseconds accept_pause{20};

error listen_error(error_code code, std::uint16_t port)
{
    error e(code, "127.0.0.1:" + std::to_string(port) + " cannot be listened on: " + code.message());
    if (code == asio::error::address_in_use)
        e.message = "port " + std::to_string(port) + " of 127.0.0.1 is taken";
    if (port != 0)
        e.recommendation = "Choose another port, or 0 for any free one.";
    return e;
}

asio::awaitable<void> run_connection(std::shared_ptr<front_connection> connection)
{
    co_await connection->run();
}

}  // namespace

front::front(asio::any_io_executor strand, std::shared_ptr<front_context> context)
    : strand_(std::move(strand)), context_(std::move(context))
{}

result<std::uint16_t> front::listen(std::uint16_t port, service_kind kind, std::shared_ptr<asio::ssl::context> tls)
{
    using asio::ip::tcp;
    tcp::acceptor acceptor(strand_);
    tcp::endpoint const where(asio::ip::address_v4::loopback(), port);
    error_code failure;
    acceptor.open(where.protocol(), failure);
    if (!failure)
        acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure)
        acceptor.bind(where, failure);
    if (!failure)
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure)
        return listen_error(failure, port);
    auto const bound = acceptor.local_endpoint(failure);
    if (failure)
        return listen_error(failure, port);
    listeners_.push_back(std::make_unique<listener>(std::move(acceptor), kind, std::move(tls)));
    return bound.port();
}

void front::serve()
{
    for (auto const& from : listeners_)
        asio::co_spawn(strand_, accept(shared_from_this(), *from), [](std::exception_ptr const&) {});
}

asio::awaitable<void> front::accept(std::shared_ptr<front> self, listener& from)
{
    while (!self->stopped_)
    {
        auto [failure, socket] = co_await from.acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
        if (self->stopped_)
            co_return;
        if (failure)
        {
            asio::steady_timer pause(self->strand_, accept_pause);
            [[maybe_unused]] auto const [ignored] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        else if (from.tls)
        {
            self->begin_connection(front_stream(std::move(socket), *from.tls), from.kind);
        }
        else
        {
            self->begin_connection(front_stream(std::move(socket)), from.kind);
        }
    }
}

void front::begin_connection(front_stream stream, service_kind of_port)
{
    auto const number = ++connections_seen_;
    auto const connection = std::make_shared<front_connection>(std::move(stream), context_, of_port, number);
    connections_.emplace(number, connection);
    asio::co_spawn(strand_, run_connection(connection),
        asio::bind_cancellation_slot(connection->cancellation(),
            [self = shared_from_this(), number](std::exception_ptr const&) { self->connections_.erase(number); }));
}

void front::stop()
{
    stopped_ = true;
    error_code ignored;
    for (auto const& from : listeners_)
        from->acceptor.close(ignored);
    // A connection that ends takes itself out of the map, which closing alone doesn't do yet.
    for (auto const& [number, connection] : connections_)
        connection->close();
}

}  // namespace sluice::emulator
