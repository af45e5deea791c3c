#pragma once

#include "net/batch_socket.hpp"

#include <openssl/bio.h>

namespace sluice::net
{

// Where OpenSSL leaves sealed bytes, and finds those that arrived: it never sees the socket. The receive buffer is
// borrowed while there is something in it.
class tls_bio
{
public:
    tls_bio(batch_socket& socket, std::shared_ptr<stream_buffers> buffers);
    ~tls_bio() { discard(); }
    tls_bio(tls_bio const&) = delete;
    tls_bio& operator=(tls_bio const&) = delete;

    // One non-blocking receive, when all that arrived before was read: would_block when there is nothing.
    error_code try_fill();

    // At least one byte to read, or why not.
    asio::awaitable<error_code> fill();

    void discard() noexcept;

    std::size_t read(std::span<char> to) noexcept;
    std::size_t write(std::span<char const> from) { return socket_.append(from); }

private:
    batch_socket& socket_;
    std::shared_ptr<stream_buffers> buffers_;
    buffer_cache::block received_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

// The caller owns it, and sets a tls_bio as the data of each BIO made with it. Null: out of memory.
BIO_METHOD* make_tls_bio_method();

}  // namespace sluice::net
