#pragma once

#include "base/endpoint.hpp"

#include <sluice/clock.hpp>
#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace sluice::net
{

namespace asio = boost::asio;

// A connected byte stream, plain or TLS, that gathers what is written and sends it in batches of up to 256 KiB.
// One writer and one reader at a time may be suspended in it. On the client's strand.
class stream
{
public:
    virtual ~stream() = default;

    // Takes (copies or seals) as many bytes as the batch has room for, and returns how many: 0 when it is full and
    // flush() is due. Nothing of `bytes` is referenced afterwards. After a failure everything is taken and dropped,
    // and flush() says why.
    virtual std::size_t put(asio::const_buffer bytes) = 0;

    // Sends the batch until it is empty: a non-blocking send first, waiting for writability only on would-block.
    virtual asio::awaitable<error_code> flush() = 0;

    struct read_result
    {
        error_code code{};
        std::size_t bytes = 0;
    };
    // At least one byte, or an error; asio::error::eof when the peer has ended the stream, over TLS with a
    // close_notify. Without one anybody on the way may have ended it: asio::ssl::error::stream_truncated.
    virtual asio::awaitable<read_result> read_some(asio::mutable_buffer to) = 0;

    // Nothing is expected for now: memory that reading and writing need may be given back until there is something.
    virtual void rest() noexcept {}

    // At once, without waiting for the peer; what is suspended completes with operation_aborted.
    virtual void close() noexcept = 0;

    // Bytes that left over the socket so far, and those that wait in the batch: over TLS with what it adds.
    [[nodiscard]] virtual std::uint64_t bytes_sent() const noexcept = 0;
    [[nodiscard]] virtual std::size_t bytes_queued() const noexcept = 0;

    // Bytes that left or came over the socket so far: for the stall limit.
    [[nodiscard]] virtual std::uint64_t bytes_moved() const noexcept = 0;

    // The TLS session was resumed from an earlier one.
    [[nodiscard]] virtual bool resumed() const noexcept = 0;

    // True when an idle stream was closed, or spoke up, from the other side: a zero-cost look before it is used.
    [[nodiscard]] virtual bool looks_dead() noexcept = 0;
};

// Opens streams to origins: name look-up, TCP, TLS.
class connector
{
public:
    virtual ~connector() = default;

    // Within `timeout` (zero: none) for all three together, else errc::connect_timeout. Cancellation: all kinds; then
    // operation_aborted. `origin` must outlive the call. Errors: resolve_failed, connect_failed, untrusted_certificate
    // (the message says what is wrong with it, and what to do), or the code of the TLS layer; error::host is filled in.
    virtual asio::awaitable<result<std::unique_ptr<stream>>> connect(
        endpoint const& origin, std::chrono::milliseconds timeout) = 0;
};

}  // namespace sluice::net
