#pragma once

#include <sluice/api_response.hpp>
#include <sluice/client_config.hpp>
#include <sluice/error.hpp>
#include <sluice/receipt.hpp>
#include <sluice/source.hpp>
#include <sluice/stream_request.hpp>
#include <sluice/stream_source.hpp>
#include <sluice/upload_grant.hpp>
#include <sluice/upload_job.hpp>
#include <sluice/upload_options.hpp>
#include <sluice/upload_session.hpp>
#include <sluice/upload_writer.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sluice
{

namespace detail
{
class upload_control;
}

/// A multipart upload that nobody could take away.
struct SLUICE_EXPORT orphaned_upload
{
    std::string bucket;
    std::string object_key;
    std::string upload_id;  ///< empty: the answer that began it was lost, so it holds no parts and may not be there
};

/// Numbers of a client since its start.
struct client_stats
{
    std::uint64_t connections_opened = 0;
    std::uint64_t connections_reused = 0;  ///< requests that went out on a connection already open
    std::uint64_t sessions_resumed = 0;    ///< TLS handshakes that resumed an earlier session
    std::uint64_t requests = 0;            ///< requests put on the wire, repeats included
    std::uint64_t retries = 0;
    std::uint64_t bytes_sent = 0;          ///< of requests, heads and bodies, before encryption
    std::uint64_t orphaned_uploads = 0;    ///< multipart uploads that are left, or may be
    std::uint64_t memory_in_use = 0;       ///< now, bytes: what client_config::memory_limit bounds
    unsigned connections_open = 0;         ///< now
    unsigned requests_waiting = 0;         ///< now, for a connection
    std::vector<orphaned_upload> orphans;  ///< the latest 32 of orphaned_uploads, oldest first
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
    /// Cancellation: terminal, partial. Parts on the wire are stopped and joined first, then the upload is aborted, or
    /// kept for a resume: see upload_options::leave.
    /// What is kept, or could not be aborted, is in error::upload_id and client_stats::orphans. `src` must outlive the
    /// call, and upload_options::refresher.
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

    /// Creates a stream and uploads what `src` gives until it ends: for sources whose length nobody knows. Everything
    /// else as async_upload_stream of a source that can be read again, but that nothing can be resumed, and that a
    /// credential which ends is the end of it unless upload_options::refresher gives a new one.
    template <asio::completion_token_for<void(result<receipt>)> Token = asio::deferred_t>
    auto async_upload_stream(
        stream_request request, stream_source& src, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<receipt>)>(
            &start_upload_live, token, impl_, destination(std::move(request)), &src, options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<receipt>)> Token>
    auto async_upload_stream(stream_request request, stream_source& src, Token&& token)
    {
        return async_upload_stream(std::move(request), src, upload_options{}, std::forward<Token>(token));
    }

    /// The same with a grant obtained elsewhere.
    template <asio::completion_token_for<void(result<receipt>)> Token = asio::deferred_t>
    auto async_upload(
        upload_grant grant, stream_source& src, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<receipt>)>(
            &start_upload_live, token, impl_, destination(std::move(grant)), &src, options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<receipt>)> Token>
    auto async_upload(upload_grant grant, stream_source& src, Token&& token)
    {
        return async_upload(std::move(grant), src, upload_options{}, std::forward<Token>(token));
    }

    /// Creates a stream that is then written to. Completes with void(result<upload_writer>) when there is a grant.
    /// upload_options::deadline counts from now to the end of async_finish(). Cancellation: terminal, partial.
    template <asio::completion_token_for<void(result<upload_writer>)> Token = asio::deferred_t>
    auto async_open_writer(stream_request request, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<upload_writer>)>(
            &start_open_writer, token, impl_, destination(std::move(request)), options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<upload_writer>)> Token>
    auto async_open_writer(stream_request request, Token&& token)
    {
        return async_open_writer(std::move(request), upload_options{}, std::forward<Token>(token));
    }

    /// The same with a grant obtained elsewhere.
    template <asio::completion_token_for<void(result<upload_writer>)> Token = asio::deferred_t>
    auto async_open_writer(upload_grant grant, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<upload_writer>)>(
            &start_open_writer, token, impl_, destination(std::move(grant)), options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<upload_writer>)> Token>
    auto async_open_writer(upload_grant grant, Token&& token)
    {
        return async_open_writer(std::move(grant), upload_options{}, std::forward<Token>(token));
    }

    /// Uploads many sources, `limit` at a time, in their order. Completes with
    /// void(result<std::vector<result<receipt>>>): the outcome of each job, in the order of the jobs. One that fails
    /// stops none of the others. Errors of the whole: errc::invalid_argument for a limit of 0. Cancellation: terminal,
    /// partial; those under way are stopped and clean up, and those not begun end with operation_aborted.
    template <asio::completion_token_for<void(result<std::vector<result<receipt>>>)> Token = asio::deferred_t>
    auto async_upload_all(std::vector<upload_job> jobs, unsigned limit, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<std::vector<result<receipt>>>)>(
            &start_upload_all, token, impl_, std::move(jobs), limit);
    }

    /// Begins an upload of `size` bytes that several processes will share. Completes with void(result<upload_session>).
    /// Of the options part_size, which grows so that 10'000 parts suffice, and deadline count. Cancellation: terminal,
    /// partial; nothing is left then.
    template <asio::completion_token_for<void(result<upload_session>)> Token = asio::deferred_t>
    auto async_begin_session(
        upload_grant grant, std::uint64_t size, upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<upload_session>)>(
            &start_begin_session, token, impl_, std::move(grant), size, options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<upload_session>)> Token>
    auto async_begin_session(upload_grant grant, std::uint64_t size, Token&& token)
    {
        return async_begin_session(std::move(grant), size, upload_options{}, std::forward<Token>(token));
    }

    /// Sends a range of the parts of a session, but for those that are there and equal to `src`, which is the whole
    /// source. Then completes the object if all parts of the session are there, whoever sent them.
    /// Completes with void(result<session_share>). Whatever happens, nothing of the session is aborted, but for one
    /// that may be open beside an object that is proven to be stored.
    /// Errors: errc::invalid_argument for a session, grant, source or range that do not fit together.
    /// Cancellation: terminal, partial.
    template <asio::completion_token_for<void(result<session_share>)> Token = asio::deferred_t>
    auto async_upload_share(upload_session session, upload_grant grant, source& src, part_range range,
        upload_options const& options = {}, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<session_share>)>(
            &start_upload_share, token, impl_, std::move(session), std::move(grant), &src, range, options);
    }

    /// The same with default options.
    template <asio::completion_token_for<void(result<session_share>)> Token>
    auto async_upload_share(upload_session session, upload_grant grant, source& src, part_range range, Token&& token)
    {
        return async_upload_share(
            std::move(session), std::move(grant), src, range, upload_options{}, std::forward<Token>(token));
    }

    /// The multipart uploads of a bucket that are open, of keys that begin with `prefix`. `access` says which bucket,
    /// with whose credentials; its key does not matter. Completes with void(result<std::vector<open_upload>>).
    /// Cancellation: terminal, partial.
    template <asio::completion_token_for<void(result<std::vector<open_upload>>)> Token = asio::deferred_t>
    auto async_list_open_uploads(upload_grant access, std::string prefix, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<std::vector<open_upload>>)>(
            &start_list_open_uploads, token, impl_, std::move(access), std::move(prefix));
    }

    /// Aborts an open upload, with all its parts. One that is gone is no error. Completes with void(result<void>).
    /// Cancellation: terminal, partial.
    template <asio::completion_token_for<void(result<void>)> Token = asio::deferred_t>
    auto async_abort_upload(upload_grant access, open_upload which, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<void>)>(
            &start_abort_upload, token, impl_, std::move(access), std::move(which));
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

    /// Renews the credential of an asset's upload (RefreshUploadMedia): the address stays, the credential is new.
    /// Completes with void(result<upload_grant>). Retries what is safe to retry. Cancellation: terminal, partial.
    template <asio::completion_token_for<void(result<upload_grant>)> Token = asio::deferred_t>
    auto async_refresh_upload_media(std::string media_id, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<upload_grant>)>(
            &start_refresh_upload_media, token, impl_, std::move(media_id));
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
    friend class upload_writer;
    using destination = std::variant<stream_request, upload_grant>;  // a grant to be had, or one that is there
    static std::shared_ptr<detail::upload_control> steering_of(upload_options const& options);
    static void start_upload_stream(asio::any_completion_handler<void(result<receipt>)> handler,
        std::shared_ptr<impl> const& self, stream_request request, source* src, upload_options options);
    static void start_upload(asio::any_completion_handler<void(result<receipt>)> handler,
        std::shared_ptr<impl> const& self, upload_grant grant, source* src, upload_options options);
    static void start_upload_live(asio::any_completion_handler<void(result<receipt>)> handler,
        std::shared_ptr<impl> const& self, destination to, stream_source* src, upload_options options);
    static void start_open_writer(asio::any_completion_handler<void(result<upload_writer>)> handler,
        std::shared_ptr<impl> const& self, destination to, upload_options options);
    static void start_upload_all(asio::any_completion_handler<void(result<std::vector<result<receipt>>>)> handler,
        std::shared_ptr<impl> const& self, std::vector<upload_job> jobs, unsigned limit);
    static void start_begin_session(asio::any_completion_handler<void(result<upload_session>)> handler,
        std::shared_ptr<impl> const& self, upload_grant grant, std::uint64_t size, upload_options options);
    static void start_upload_share(asio::any_completion_handler<void(result<session_share>)> handler,
        std::shared_ptr<impl> const& self, upload_session session, upload_grant grant, source* src, part_range range,
        upload_options options);
    static void start_list_open_uploads(asio::any_completion_handler<void(result<std::vector<open_upload>>)> handler,
        std::shared_ptr<impl> const& self, upload_grant access, std::string prefix);
    static void start_abort_upload(asio::any_completion_handler<void(result<void>)> handler,
        std::shared_ptr<impl> const& self, upload_grant access, open_upload which);
    static void start_create_upload_stream(asio::any_completion_handler<void(result<upload_grant>)> handler,
        std::shared_ptr<impl> const& self, stream_request request);
    static void start_refresh_upload_media(asio::any_completion_handler<void(result<upload_grant>)> handler,
        std::shared_ptr<impl> const& self, std::string media_id);
    static void start_call(asio::any_completion_handler<void(result<api_response>)> handler,
        std::shared_ptr<impl> const& self, std::string operation, api_parameters parameters);

    std::shared_ptr<impl> impl_;
};

}  // namespace sluice
