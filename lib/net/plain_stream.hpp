#pragma once

#include "net/batch_socket.hpp"

namespace sluice::net
{

// HTTP without TLS.
class plain_stream final : public stream
{
public:
    plain_stream(asio::ip::tcp::socket connected, std::shared_ptr<stream_buffers> buffers);

    std::size_t put(asio::const_buffer bytes) override;
    asio::awaitable<error_code> flush() override;
    asio::awaitable<read_result> read_some(asio::mutable_buffer to) override;
    void close() noexcept override { socket_.close(); }
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept override { return socket_.bytes_sent(); }
    [[nodiscard]] std::size_t bytes_queued() const noexcept override { return socket_.queued(); }
    [[nodiscard]] std::uint64_t bytes_moved() const noexcept override { return socket_.bytes_moved(); }
    [[nodiscard]] bool resumed() const noexcept override { return false; }
    [[nodiscard]] bool looks_dead() noexcept override;

private:
    batch_socket socket_;
    error_code write_failure_;
};

}  // namespace sluice::net
