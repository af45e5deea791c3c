#pragma once

#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <cstddef>
#include <variant>

namespace sluice::emulator
{

namespace asio = boost::asio;

// One accepted connection, plain or TLS. Failures are error codes; nothing throws.
class front_stream
{
public:
    explicit front_stream(asio::ip::tcp::socket socket);
    front_stream(asio::ip::tcp::socket socket, asio::ssl::context& tls);

    [[nodiscard]] bool tls() const noexcept { return std::holds_alternative<secure>(stream_); }

    [[nodiscard]] asio::any_io_executor executor() noexcept { return socket().get_executor(); }

    asio::awaitable<error_code> handshake();  // at once without TLS
    // Bytes read, at least one; 0 when the peer has ended or the connection is lost.
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into);
    asio::awaitable<error_code> write(std::array<asio::const_buffer, 2> data);

    void cancel_reading();  // what is being read or written ends with an error
    // Says that no more will come, and lets the peer read all of it: closing while its bytes lie unread would reset the
    // connection and take the last answer from it.
    asio::awaitable<void> close_gracefully();
    void reset();  // the peer sees "connection reset"
    void close();

private:
    using plain = asio::ip::tcp::socket;
    using secure = asio::ssl::stream<asio::ip::tcp::socket>;

    asio::ip::tcp::socket& socket() noexcept;

    std::variant<plain, secure> stream_;
};

}  // namespace sluice::emulator
