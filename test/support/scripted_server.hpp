#pragma once

#include "support/test_authority.hpp"

#include "base/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::test
{

namespace asio = boost::asio;

// The server's end of one connection, in the hands of the test's script. The connection ends with the script (by
// close()). After the peer is gone reads give what there is, and writes do nothing.
class server_peer
{
public:
    virtual ~server_peer() = default;

    [[nodiscard]] virtual unsigned number() const noexcept = 0;  // 0 for the first connection of the server

    // Exactly `size` bytes; fewer when the client has ended its side.
    virtual asio::awaitable<std::string> read(std::size_t size) = 0;
    // Up to and with `mark`; what there was before the end if it does not come.
    virtual asio::awaitable<std::string> read_until(std::string_view mark) = 0;
    // Everything until the client ends its side.
    virtual asio::awaitable<std::string> read_all() = 0;
    // False when the client is gone.
    virtual asio::awaitable<bool> write(std::string_view bytes) = 0;

    virtual asio::awaitable<void> shut_down() = 0;  // with close_notify under TLS, then close
    virtual void close() = 0;                       // without close_notify
    virtual void reset() = 0;                       // RST
    // Says and reads nothing, until the server ends.
    virtual asio::awaitable<void> stay_silent() = 0;

    virtual asio::ip::tcp::socket& socket() noexcept = 0;
    virtual SSL* tls() noexcept = 0;  // null without TLS
};

using server_script = std::function<asio::awaitable<void>(server_peer&)>;

struct server_tls
{
    test_identity identity;
    int max_version = TLS1_3_VERSION;
    bool resumable = true;   // hands out tickets
    std::string protocol{};  // the one that the client must offer by ALPN; empty: ALPN is not spoken
};

// A server on a free loopback port, on the test's own loop. Each connection is served by a run of the script.
// Destroying it closes every connection at once; the scripts then end in the loop's next turns.
class scripted_server
{
public:
    scripted_server(asio::any_io_executor const& ex, server_script script);                  // plain TCP
    scripted_server(asio::any_io_executor const& ex, server_tls tls, server_script script);  // TLS
    ~scripted_server();
    scripted_server(scripted_server const&) = delete;
    scripted_server& operator=(scripted_server const&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // To give to a client: scheme as the server speaks; any name that the client is made to resolve to loopback.
    [[nodiscard]] endpoint origin(std::string const& host = "127.0.0.1") const;

    [[nodiscard]] unsigned connections() const;           // taken so far
    [[nodiscard]] unsigned failed_handshakes() const;     // of them, those that never spoke TLS to the end
    [[nodiscard]] std::string const& last_error() const;  // of the last of these, as OpenSSL says it

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace sluice::test
