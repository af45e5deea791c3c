#pragma once

#include "net/batch_socket.hpp"
#include "net/tls_bio.hpp"
#include "net/tls_context.hpp"

namespace sluice::net
{

// TLS over OpenSSL's public API, sealed in batches: 16 records share one system call (docs/design.md, decision 5).
class tls_stream final : public stream
{
public:
    tls_stream(asio::ip::tcp::socket connected, std::shared_ptr<stream_buffers> buffers,
        std::shared_ptr<tls_context> context, endpoint origin);
    ~tls_stream() override;

    // Once, before anything else. Errors: operation_aborted, or as connector::connect.
    asio::awaitable<result<void>> handshake();

    std::size_t put(asio::const_buffer bytes) override;
    asio::awaitable<error_code> flush() override;
    asio::awaitable<read_result> read_some(asio::mutable_buffer to) override;
    void rest() noexcept override { resting_ = true; }
    void close() noexcept override;
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept override { return socket_.bytes_sent(); }
    [[nodiscard]] std::size_t bytes_queued() const noexcept override { return socket_.queued(); }
    [[nodiscard]] std::uint64_t bytes_moved() const noexcept override { return socket_.bytes_moved(); }
    [[nodiscard]] bool resumed() const noexcept override;
    [[nodiscard]] bool looks_dead() noexcept override;

private:
    bool name_peer();
    asio::awaitable<error_code> shake_hands();
    void fail(error_code const& code) noexcept;
    void send_own_messages(std::size_t queued_before);

    std::shared_ptr<tls_context> context_;
    endpoint origin_;
    std::string session_key_;
    batch_socket socket_;
    tls_bio bio_;
    ssl_handle ssl_;
    error_code failure_;  // of the TLS layer, or of a send: nothing more can be written
    bool resting_ = false;
    bool write_needs_input_ = false;  // a message of the peer must be complete before more can be sealed
};

}  // namespace sluice::net
