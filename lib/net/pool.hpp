#pragma once

#include "net/transport.hpp"

#include <sluice/client_config.hpp>
#include <sluice/clock.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::net
{

struct pool_config
{
    time_limits limits;
    pool_limits pool;
    std::string ca_file;  // PEM; empty: the system's authorities
    bool verify_peer = true;
    std::vector<resolve_override> resolve_overrides;
};

struct pool_stats
{
    std::uint64_t connections_opened = 0;
    std::uint64_t connections_reused = 0;
    std::uint64_t sessions_resumed = 0;
    std::uint64_t requests = 0;
    std::uint64_t bytes_sent = 0;
    unsigned connections_open = 0;
    unsigned requests_waiting = 0;
};

class connector;

// Keep-alive connections to any number of origins, with requests pipelined on them.
// Everything runs on the strand given (or on an executor that runs one handler at a time); no locks.
class pool final : public transport
{
public:
    // blocking: for name look-ups. A bad ca_file is reported by every send().
    pool(asio::any_io_executor const& strand, std::shared_ptr<clock> const& c, asio::any_io_executor blocking,
        pool_config config);
    // Over streams of another making: for tests.
    pool(asio::any_io_executor strand, std::shared_ptr<clock> c, std::unique_ptr<connector> via, time_limits limits,
        pool_limits sizes);
    ~pool() override;  // cancels everything: each send() completes with operation_aborted, on the strand

    asio::awaitable<result<response>> send(endpoint const& origin, request& what, steady_time until) override;

    // Cancels everything and lets nothing new begin: send() errors with operation_aborted.
    void shut_down();

    // In place of shut_down() where the execution context is being destroyed: nobody can be resumed, and what would be
    // cancelled is going or gone. Drops everything without a word; the pool may only be destroyed after that.
    void abandon() noexcept;

    [[nodiscard]] pool_stats stats() const;

private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace sluice::net
