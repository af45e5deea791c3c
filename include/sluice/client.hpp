#pragma once

#include <sluice/api_response.hpp>
#include <sluice/client_config.hpp>
#include <sluice/error.hpp>
#include <sluice/receipt.hpp>
#include <sluice/source.hpp>
#include <sluice/stream_request.hpp>
#include <sluice/upload_grant.hpp>
#include <sluice/upload_options.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice
{

/// Numbers of a client since its start.
struct client_stats
{
    std::uint64_t connections_opened = 0;
    std::uint64_t connections_reused = 0;  ///< requests that went out on a connection already open
    std::uint64_t sessions_resumed = 0;    ///< TLS handshakes that resumed an earlier session
    std::uint64_t requests = 0;            ///< requests put on the wire, repeats included
    std::uint64_t retries = 0;
    std::uint64_t bytes_sent = 0;        ///< of requests, heads and bodies, before encryption
    std::uint64_t orphaned_uploads = 0;  ///< multipart uploads that are left, or may be
    std::uint64_t memory_in_use = 0;     ///< now, bytes: what client_config::memory_limit bounds
    unsigned connections_open = 0;       ///< now
    unsigned requests_waiting = 0;       ///< now, for a connection
};

/// Uploads media streams: asks IMS for a grant, then sends the bytes to OSS.
/// Executor: work runs on a strand of the one given here; calls may overlap, from any thread. A completion runs on the
/// handler's own associated executor, outside the strand, and so beside the work of other calls.
/// Errors: the constructor reports none. A config that cannot work, or a system without a thread to spare, is the error
/// of every call (errc::invalid_argument names the field), before any traffic.
/// Lifetime: the destructor cancels what runs and never blocks; every call still completes, with operation_aborted,
/// after its multipart upload was aborted, for which there are some seconds.
class SLUICE_EXPORT client
{
public:
    client(asio::any_io_executor ex, client_config config);
    client(client const&) = delete;
    client& operator=(client const&) = delete;
    ~client();

    /// Creates a stream (CreateUploadStream) and uploads `src` to it, in parts when it is large.
    /// Completes with void(result<receipt>). Retries what is safe to retry.
    /// Cancellation: terminal, partial. Parts on the wire are stopped and joined first, then the upload is aborted.
    /// What could not be aborted is in error::upload_id and client_stats::orphaned_uploads. `src` must outlive the
    /// call.
    template <asio::completion_token_for<void(result<receipt>)> Token = asio::deferred_t>
    auto async_upload_stream(
        stream_request request, source& src, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<receipt>)>(
            &start_upload_stream, token, impl_, std::move(request), &src, options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<receipt>)> Token>
    auto async_upload_stream(stream_request request, source& src, Token&& token)
    {
        return async_upload_stream(std::move(request), src, upload_options{}, std::forward<Token>(token));
    }

    /// Uploads `src` with a grant obtained elsewhere. Everything else as async_upload_stream.
    template <asio::completion_token_for<void(result<receipt>)> Token = asio::deferred_t>
    auto async_upload(upload_grant grant, source& src, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<receipt>)>(
            &start_upload, token, impl_, std::move(grant), &src, options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<receipt>)> Token>
    auto async_upload(upload_grant grant, source& src, Token&& token)
    {
        return async_upload(std::move(grant), src, upload_options{}, std::forward<Token>(token));
    }

    /// Asks IMS for the leave to upload one stream. Completes with void(result<upload_grant>).
    /// Wrong values are refused before any network traffic: errc::invalid_argument, the message lists the valid ones.
    /// A repeat after a lost answer leaves an unused address behind, which is harmless. Cancellation: terminal,
    /// partial.
    template <asio::completion_token_for<void(result<upload_grant>)> Token = asio::deferred_t>
    auto async_create_upload_stream(stream_request request, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<upload_grant>)>(
            &start_create_upload_stream, token, impl_, std::move(request));
    }

    /// Any other operation of IMS by its name: `co_await client.async_call("GetMediaInfo", {{"MediaId", id}})`.
    /// Completes with void(result<api_response>).
    /// Sent again after a failure only where the service says that it did nothing (throttling) or before it was sent:
    /// the library can't know what repeating an unknown operation does. Cancellation: terminal, partial.
    template <asio::completion_token_for<void(result<api_response>)> Token = asio::deferred_t>
    auto async_call(std::string operation, api_parameters parameters, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<api_response>)>(
            &start_call, token, impl_, std::move(operation), std::move(parameters));
    }

    /// From now on client_config::bandwidth is this; seen by what runs within a quarter of a second. Thread-safe.
    void set_bandwidth(std::uint64_t bytes_a_second) noexcept;

    /// As of the latest begin or end of a call, or the last time somebody asked. Thread-safe; never waits.
    [[nodiscard]] client_stats stats() const;

private:
    class impl;
    static void start_upload_stream(asio::any_completion_handler<void(result<receipt>)> handler,
        std::shared_ptr<impl> const& self, stream_request request, source* src, upload_options options);
    static void start_upload(asio::any_completion_handler<void(result<receipt>)> handler,
        std::shared_ptr<impl> const& self, upload_grant grant, source* src, upload_options options);
    static void start_create_upload_stream(asio::any_completion_handler<void(result<upload_grant>)> handler,
        std::shared_ptr<impl> const& self, stream_request request);
    static void start_call(asio::any_completion_handler<void(result<api_response>)> handler,
        std::shared_ptr<impl> const& self, std::string operation, api_parameters parameters);

    std::shared_ptr<impl> impl_;
};

}  // namespace sluice
