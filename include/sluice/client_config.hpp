#pragma once

#include <sluice/credentials.hpp>
#include <sluice/upload_options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice
{

namespace asio = boost::asio;

class clock;          // <sluice/clock.hpp>
class random_source;  // <sluice/random_source.hpp>

/// How long things may take. Zero: no limit. Kept to within a tenth of a second.
struct time_limits
{
    /// Resolve, connect and TLS handshake of one connection.
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);

    /// No byte moved in either direction while a request is under way. Slow but moving goes on.
    std::chrono::milliseconds stall_timeout = std::chrono::seconds(20);

    /// All was sent, and the answer was not complete so long after. Answers are short: one that drips in is none.
    std::chrono::milliseconds response_timeout = std::chrono::seconds(60);

    /// The whole call, queueing and retries included; cleaning up may take some seconds more. For uploads,
    /// upload_options::deadline wins if set, and says how long.
    std::chrono::milliseconds deadline{0};
};

/// The connection pool of a client, for each origin (scheme, host and port).
///
/// How much is unanswered on a connection at once follows what it carries: one body, and what can be sent while an
/// answer is under way, both measured. The limits bound that.
struct pool_limits
{
    unsigned connections = 4;          ///< at most, for each origin
    unsigned call_pipeline_depth = 8;  ///< API calls unanswered on one connection; 1: no pipelining

    /// Object bodies unanswered on one connection, at most; 1: no pipelining. When a connection is lost, each is sent
    /// again, and a server that answers slowly keeps the last of them waiting for all others.
    unsigned part_pipeline_depth = 64;

    /// Body bytes unanswered on one connection, at most; one body may always go. That is also the most that is sent
    /// again when a connection is lost. Enough for 1 Gbit/s at 500 ms. Costs no memory: bodies are read when sent.
    std::uint64_t pipeline_bytes = 64 * mib;

    std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);  ///< an unused connection is closed after this
};

/// How often and how patiently a failed request is sent again. Where a service throttles, requests to it begin at a
/// lower rate as well, all of the client together, until it takes more.
struct retry_limits
{
    unsigned attempts = 4;                                                  ///< in all, the first included
    std::chrono::milliseconds base_delay = std::chrono::milliseconds(200);  ///< doubles each time; full jitter
    std::chrono::milliseconds max_delay = std::chrono::seconds(20);

    /// Repeats that all calls of a client may make in excess, so that it does not make an outage worse: each repeat
    /// takes one, each request that is answered well gives back a tenth. When none is left, what fails is not sent
    /// again until some succeed. 0: no limit.
    unsigned budget = 100;
};

/// A fixed address for a host and port, as `curl --resolve`: TLS still verifies the host's name.
struct resolve_override
{
    std::string host;
    std::uint16_t port = 0;
    asio::ip::address address;
};

enum class signature_version
{
    v4,  ///< OSS4-HMAC-SHA256; falls back to V1 where the region of an endpoint cannot be known
    v1   ///< OSS (HMAC-SHA1)
};

/// Everything a client is built from. Only the region (or the IMS endpoint) and the credentials must be given.
struct SLUICE_EXPORT client_config
{
    std::string region;               ///< IMS region, such as cn-shanghai
    std::string ims_endpoint;         ///< [scheme://]host[:port]; empty: ice.{region}.aliyuncs.com over https
    std::string oss_endpoint;         ///< replaces the endpoint of every grant; empty: as granted
    std::string oss_region;           ///< region for signature V4; empty: from the grant or its endpoint
    sluice::credentials credentials;  ///< of the account, for IMS; grants bring their own for OSS
    signature_version signature = signature_version::v4;

    /// PEM file of the authorities to trust. Empty: the system's, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
    std::string ca_file;
    bool verify_peer = true;  ///< false: any certificate will do. Never outside a test
    std::vector<resolve_override> resolve_overrides;
    std::string user_agent;  ///< added to the library's own

    time_limits limits;
    pool_limits pool;
    retry_limits retry;

    std::shared_ptr<sluice::clock> clock;   ///< null: the system's
    std::shared_ptr<random_source> random;  ///< null: the system's; for nonces and jitter

    /// Bytes that all uploads of the client hold together, at least 1 MiB: blocks of 256 KiB being sent, and what can't
    /// be read again and is kept until the server has confirmed it. Who needs more waits; but each upload may have a
    /// block at any time, and so may each connection, though that makes more in all.
    std::uint64_t memory_limit = 256 * mib;

    /// Bytes of bodies a second that all uploads of the client send together at most; 0: no limit. Who asks first is
    /// served first. client::set_bandwidth() changes it.
    std::uint64_t bandwidth = 0;

    /// For cold file reads and name look-ups; stop it before the execution context of the client is destroyed.
    /// Empty: two threads, shared by the clients of one execution context, which ends them.
    asio::any_io_executor blocking;
};

}  // namespace sluice
