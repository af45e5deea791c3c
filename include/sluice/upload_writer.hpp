#pragma once

#include <sluice/error.hpp>
#include <sluice/receipt.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace sluice
{

namespace asio = boost::asio;

/// Uploads a stream whose length nobody knows, as it is written: an AsyncWriteStream, so that
/// `co_await asio::async_write(writer, buffers)` writes all of them. client::async_open_writer() gives one.
/// A write takes a copy, and waits while the client's memory (client_config::memory_limit) is spent.
/// Executor: that of the client; a completion runs on the handler's own. One operation at a time.
/// Lifetime: a writer that is destroyed before it was finished leaves nothing on the server, and neither does one whose
/// client is destroyed: its operations then end with operation_aborted. To be destroyed before its execution context.
class SLUICE_EXPORT upload_writer
{
public:
    using executor_type = asio::any_io_executor;

    upload_writer(upload_writer&& other) noexcept;
    upload_writer& operator=(upload_writer&& other) noexcept;
    ~upload_writer();

    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Of the media asset that gets the stream, and where IMS says it will be found. Empty when the grant came from
    /// elsewhere.
    [[nodiscard]] std::string const& media_id() const noexcept;
    [[nodiscard]] std::string const& file_url() const noexcept;

    /// Completes with void(error_code, std::size_t): how many bytes were taken, at least one unless there are none.
    /// After an error that is not operation_aborted nothing can be written any more, and nothing is left on the server;
    /// async_finish() tells the whole error. Cancellation: terminal, partial, total; nothing was taken then, and the
    /// upload goes on.
    template <class ConstBufferSequence,
        asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
    auto async_write_some(ConstBufferSequence const& buffers, Token&& token = Token())
    {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            &start_write_some, token, impl_, first_of(buffers));
    }

    /// Those were all: completes the object, and proves it. Completes with void(result<receipt>), as
    /// client::async_upload_stream. What stayed below one part goes up as one put, also when there is not a byte.
    /// Cancellation: terminal, partial; the upload is aborted then.
    template <asio::completion_token_for<void(result<receipt>)> Token = asio::deferred_t>
    auto async_finish(Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<receipt>)>(&start_finish, token, impl_);
    }

    /// Gives the stream up. Completes with void(result<void>) when nothing is left on the server; an error says what
    /// may be. Cancellation: none.
    template <asio::completion_token_for<void(result<void>)> Token = asio::deferred_t>
    auto async_abort(Token&& token = Token())
    {
        return asio::async_initiate<Token, void(result<void>)>(&start_abort, token, impl_);
    }

private:
    friend class client;
    class impl;
    explicit upload_writer(std::shared_ptr<impl> i) noexcept : impl_(std::move(i)) {}

    template <class ConstBufferSequence>
    static asio::const_buffer first_of(ConstBufferSequence const& buffers)
    {
        for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at)
            if (asio::const_buffer const one(*at); one.size() != 0)
                return one;
        return {};
    }

    static void start_write_some(asio::any_completion_handler<void(error_code, std::size_t)> handler,
        std::shared_ptr<impl> const& self, asio::const_buffer bytes);
    static void start_finish(
        asio::any_completion_handler<void(result<receipt>)> handler, std::shared_ptr<impl> const& self);
    static void start_abort(
        asio::any_completion_handler<void(result<void>)> handler, std::shared_ptr<impl> const& self);

    std::shared_ptr<impl> impl_;
};

}  // namespace sluice
