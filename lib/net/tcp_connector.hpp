#pragma once

#include "net/buffer_cache.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"

#include <sluice/client_config.hpp>
#include <sluice/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>

namespace sluice::net
{

class tls_context;

struct connector_config
{
    std::string ca_file;  // PEM; empty: the system's authorities
    bool verify_peer = true;
    std::vector<resolve_override> resolve_overrides;
};

// Connections over the network. One serves all origins of a pool; it outlives each call of connect(), not the streams.
class tcp_connector final : public connector
{
public:
    // blocking: for name look-ups. A ca_file that cannot be used is reported by connect(): errc::invalid_argument.
    tcp_connector(asio::any_io_executor strand, std::shared_ptr<clock> c, asio::any_io_executor blocking,
        connector_config const& config);
    tcp_connector(asio::any_io_executor strand, std::shared_ptr<clock> c, std::unique_ptr<resolver> names,
        connector_config config);  // overrides are up to `names`
    ~tcp_connector() override;

    asio::awaitable<result<std::unique_ptr<stream>>> connect(
        endpoint const& origin, std::chrono::milliseconds timeout) override;

private:
    struct attempt;

    asio::awaitable<void> run(attempt& what);
    asio::awaitable<result<std::unique_ptr<stream>>> open_stream(attempt& what);
    asio::awaitable<result<asio::ip::tcp::socket>> open_socket(attempt& what);
    asio::awaitable<error_code> dial(asio::ip::tcp::socket& socket, asio::ip::tcp::endpoint const& address);
    result<std::shared_ptr<tls_context>> const& tls();

    asio::any_io_executor strand_;
    std::shared_ptr<clock> clock_;
    std::unique_ptr<resolver> names_;
    connector_config config_;
    std::shared_ptr<stream_buffers> buffers_ = std::make_shared<stream_buffers>();
    std::optional<result<std::shared_ptr<tls_context>>> tls_;  // made for the first origin that speaks TLS
};

}  // namespace sluice::net
