#include "net/batch_socket.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstring>

namespace sluice::net
{

using asio::ip::tcp;

batch_socket::batch_socket(tcp::socket connected, std::shared_ptr<stream_buffers> buffers)
    : socket_(std::move(connected)), buffers_(std::move(buffers))
{
    // Without this the calls below would wait in the kernel.
    error_code failed;
    socket_.non_blocking(true, failed);
    if (failed)
        close();
}

batch_socket::~batch_socket()
{
    close();
}

std::size_t batch_socket::append(std::span<char const> bytes)
{
    auto const taken = std::min(bytes.size(), room());
    if (taken == 0)
        return 0;
    if (!batch_)
        batch_ = buffers_->batches.take();
    std::memcpy(batch_.get() + end_, bytes.data(), taken);
    end_ += taken;
    return taken;
}

void batch_socket::discard() noexcept
{
    begin_ = end_ = 0;
    buffers_->batches.give_back(std::move(batch_));
}

error_code batch_socket::try_flush()
{
    while (queued() > 0)
    {
        // Asio sends with MSG_NOSIGNAL: a peer that is gone must not kill the process.
        error_code failed;
        auto const sent = socket_.send(asio::buffer(batch_.get() + begin_, queued()), 0, failed);
        if (failed)
            return failed;
        begin_ += sent;
        sent_ += sent;
    }
    if (batch_)
        discard();
    return {};
}

asio::awaitable<error_code> batch_socket::flush()
{
    for (;;)
    {
        if (!is_open())
            co_return asio::error::operation_aborted;
        auto code = try_flush();
        if (code == asio::error::would_block)
            code = co_await wait(tcp::socket::wait_write);
        else if (!code)
            co_return error_code{};
        if (code)
            co_return code;
    }
}

stream::read_result batch_socket::try_receive(asio::mutable_buffer to)
{
    stream::read_result got;
    got.bytes = socket_.receive(asio::buffer(to), 0, got.code);
    received_ += got.bytes;
    return got;
}

error_code batch_socket::peek()
{
    char byte = 0;
    error_code failed;
    socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, failed);
    return failed;
}

asio::awaitable<error_code> batch_socket::wait(tcp::socket::wait_type what)
{
    // A cancellation that arrived while nothing was suspended here would otherwise be missed.
    auto const state = co_await asio::this_coro::cancellation_state;
    if (!is_open() || state.cancelled() != asio::cancellation_type::none)
        co_return asio::error::operation_aborted;

    error_code failed;
    co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, failed));
    if (!is_open())
        failed = asio::error::operation_aborted;  // closed between the event and this turn
    co_return failed;
}

void batch_socket::close() noexcept
{
    error_code ignored;
    socket_.close(ignored);
    discard();
}

}  // namespace sluice::net
