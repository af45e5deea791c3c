#include "net/plain_stream.hpp"

namespace sluice::net
{

using asio::ip::tcp;

plain_stream::plain_stream(tcp::socket connected, std::shared_ptr<stream_buffers> buffers)
    : socket_(std::move(connected), std::move(buffers))
{}

std::size_t plain_stream::put(asio::const_buffer bytes)
{
    if (write_failure_ || !socket_.is_open())
        return bytes.size();
    return socket_.append({static_cast<char const*>(bytes.data()), bytes.size()});
}

asio::awaitable<error_code> plain_stream::flush()
{
    if (write_failure_)
        co_return write_failure_;
    auto const code = co_await socket_.flush();
    if (code && code != asio::error::operation_aborted)
    {
        write_failure_ = code;
        socket_.discard();
    }
    co_return code;
}

asio::awaitable<stream::read_result> plain_stream::read_some(asio::mutable_buffer to)
{
    for (;;)
    {
        if (!socket_.is_open())
            co_return read_result{asio::error::operation_aborted};
        auto got = socket_.try_receive(to);
        if (got.code != asio::error::would_block)
            co_return got;
        got.code = co_await socket_.wait(tcp::socket::wait_read);
        if (got.code)
            co_return got;
    }
}

bool plain_stream::looks_dead() noexcept
{
    // The end, an error, or bytes nobody asked for: none of these is a connection to send a request on.
    return !socket_.is_open() || write_failure_ || socket_.peek() != asio::error::would_block;
}

}  // namespace sluice::net
