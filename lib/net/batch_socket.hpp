#pragma once

#include "net/buffer_cache.hpp"
#include "net/stream.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <span>

namespace sluice::net
{

// A connected TCP socket and the batch of bytes that is to leave over it. The batch's memory is borrowed while there
// is something in it.
class batch_socket
{
public:
    batch_socket(asio::ip::tcp::socket connected, std::shared_ptr<stream_buffers> buffers);
    ~batch_socket();
    batch_socket(batch_socket const&) = delete;
    batch_socket& operator=(batch_socket const&) = delete;

    // Copies as much as there is room for, and returns how much that was.
    std::size_t append(std::span<char const> bytes);

    [[nodiscard]] std::size_t room() const noexcept { return stream_buffers::batch_size - end_; }
    [[nodiscard]] std::size_t queued() const noexcept { return end_ - begin_; }
    void discard() noexcept;

    // Sends what the kernel takes now: would_block when something is left.
    error_code try_flush();

    // Sends everything, waiting for the kernel where it must. Two flushes may overlap: each sends from the front.
    asio::awaitable<error_code> flush();

    // What has arrived: would_block when nothing has, eof at the end.
    stream::read_result try_receive(asio::mutable_buffer to);

    // As try_receive, and takes nothing.
    [[nodiscard]] error_code peek();

    // operation_aborted when cancelled or closed.
    asio::awaitable<error_code> wait(asio::ip::tcp::socket::wait_type what);

    void close() noexcept;
    [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return sent_; }
    [[nodiscard]] std::uint64_t bytes_moved() const noexcept { return sent_ + received_; }

private:
    asio::ip::tcp::socket socket_;
    std::shared_ptr<stream_buffers> buffers_;
    buffer_cache::block batch_;
    std::size_t begin_ = 0;  // sent up to here
    std::size_t end_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
};

}  // namespace sluice::net
