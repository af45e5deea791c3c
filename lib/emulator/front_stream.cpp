#include "emulator/front_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr auto as_codes = asio::as_tuple(asio::use_awaitable);

// What a peer may still send after it was told the end, before it is cut off.
constexpr std::size_t drain_limit = 64UL * 1024 * 1024;  // bytes

}  // namespace

front_stream::front_stream(asio::ip::tcp::socket socket) : stream_(std::move(socket)) {}

front_stream::front_stream(asio::ip::tcp::socket socket, asio::ssl::context& tls)
    : stream_(std::in_place_type<secure>, std::move(socket), tls)
{}

asio::ip::tcp::socket& front_stream::socket() noexcept
{
    if (auto* over_tls = std::get_if<secure>(&stream_))
        return over_tls->next_layer();
    return *std::get_if<plain>(&stream_);
}

asio::awaitable<error_code> front_stream::handshake()
{
    error_code ignored;
    socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    auto* over_tls = std::get_if<secure>(&stream_);
    if (over_tls == nullptr)
        co_return error_code{};
    auto const [failure] = co_await over_tls->async_handshake(asio::ssl::stream_base::server, as_codes);
    co_return failure;
}

asio::awaitable<std::size_t> front_stream::read_some(asio::mutable_buffer into)
{
    if (auto* over_tls = std::get_if<secure>(&stream_))
    {
        auto const [failure, size] = co_await over_tls->async_read_some(into, as_codes);
        co_return size;
    }
    auto const [failure, size] = co_await std::get_if<plain>(&stream_)->async_read_some(into, as_codes);
    co_return size;
}

asio::awaitable<error_code> front_stream::write(std::array<asio::const_buffer, 2> data)
{
    if (auto* over_tls = std::get_if<secure>(&stream_))
    {
        auto const [failure, size] = co_await asio::async_write(*over_tls, data, as_codes);
        co_return failure;
    }
    auto const [failure, size] = co_await asio::async_write(*std::get_if<plain>(&stream_), data, as_codes);
    co_return failure;
}

void front_stream::cancel_reading()
{
    error_code ignored;
    socket().cancel(ignored);
}

asio::awaitable<void> front_stream::close_gracefully()
{
    if (auto* over_tls = std::get_if<secure>(&stream_))
    {
        [[maybe_unused]] auto const [ignored] = co_await over_tls->async_shutdown(as_codes);
    }
    error_code failure;
    socket().shutdown(asio::ip::tcp::socket::shutdown_send, failure);
    std::array<std::byte, 16UL * 1024> sink;
    for (std::size_t drained = 0; !failure && drained < drain_limit;)
    {
        auto const [end, size] = co_await socket().async_read_some(asio::buffer(sink), as_codes);
        failure = end;
        drained += size;
    }
    close();
}

void front_stream::reset()
{
    error_code ignored;
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

void front_stream::close()
{
    error_code ignored;
    socket().close(ignored);
}

}  // namespace sluice::emulator
