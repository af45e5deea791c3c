#pragma once

#include <sluice/client_config.hpp>
#include <sluice/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::net
{

namespace asio = boost::asio;

// From a host name to the addresses to try, in order.
class resolver
{
public:
    virtual ~resolver() = default;

    // At least one address, or errc::resolve_failed. Cancellation: all kinds, at once; then operation_aborted.
    virtual asio::awaitable<result<std::vector<asio::ip::tcp::endpoint>>> resolve(
        std::string host, std::uint16_t port) = 0;
};

// Fixed addresses first, then address literals, then the system's resolver.
class system_resolver final : public resolver
{
public:
    // getaddrinfo cannot be cancelled and may take long: it runs on `blocking`. A look-up that nobody waits for any
    // more ends there alone, and touches neither this object nor the waiting coroutine's executor.
    system_resolver(asio::any_io_executor blocking, std::vector<resolve_override> overrides);

    asio::awaitable<result<std::vector<asio::ip::tcp::endpoint>>> resolve(
        std::string host, std::uint16_t port) override;

private:
    asio::any_io_executor blocking_;
    std::vector<resolve_override> overrides_;
};

}  // namespace sluice::net
