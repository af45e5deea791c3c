#include "net/tls_stream.hpp"

#include "net/tls_error.hpp"

#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <tuple>

namespace sluice::net
{

using asio::ip::tcp;

tls_stream::tls_stream(tcp::socket connected, std::shared_ptr<stream_buffers> buffers,
    std::shared_ptr<tls_context> context, endpoint origin)
    : context_(std::move(context)),
      origin_(std::move(origin)),
      session_key_(origin_.host + ':' + std::to_string(origin_.effective_port())),
      socket_(std::move(connected), buffers),
      bio_(socket_, std::move(buffers)),
      ssl_(context_->make_connection(session_key_))
{
    ERR_clear_error();
    auto* const bio = ssl_ ? BIO_new(context_->bio_method()) : nullptr;
    if (bio == nullptr)
    {
        failure_ = last_tls_error();
        return;
    }
    BIO_set_data(bio, &bio_);
    SSL_set_bio(ssl_.get(), bio, bio);  // owns it
    if (!name_peer())
        failure_ = last_tls_error();
}

tls_stream::~tls_stream()
{
    close();
}

// Whom the certificate must be for, and whom we ask for.
bool tls_stream::name_peer()
{
    auto host = origin_.host;
    if (origin_.host_is_address)
    {
        host = host.substr(0, host.find('%'));  // a scope names a link of this machine, not the peer
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1;
    }
    if (host.ends_with('.'))
        host.pop_back();  // neither certificates nor SNI (RFC 6066, 3) know the root's dot
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl_.get(), host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1;
}

void tls_stream::fail(error_code const& code) noexcept
{
    if (!failure_)
        failure_ = code;
}

asio::awaitable<result<void>> tls_stream::handshake()
{
    auto code = failure_;
    if (!code)
        code = co_await shake_hands();
    if (!code)
        co_return result<void>();
    fail(code);
    if (code == asio::error::operation_aborted)
        co_return error(code);
    auto const verified = ssl_ ? SSL_get_verify_result(ssl_.get()) : X509_V_OK;
    co_return describe_handshake_failure(origin_, code, verified);
}

asio::awaitable<error_code> tls_stream::shake_hands()
{
    for (;;)
    {
        ERR_clear_error();
        auto const done = SSL_do_handshake(ssl_.get());
        auto const wanted = SSL_get_error(ssl_.get(), done);
        if (done != 1 && wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
        {
            auto const why = last_tls_error();
            std::ignore = socket_.try_flush();  // the alert: tells the server's log why
            co_return why;
        }
        auto code = co_await socket_.flush();
        if (!code && wanted == SSL_ERROR_WANT_READ)
            code = co_await bio_.fill();
        if (code || done == 1)
            co_return code;
    }
}

std::size_t tls_stream::put(asio::const_buffer bytes)
{
    if (failure_ || !socket_.is_open())
        return bytes.size();
    resting_ = false;

    auto const free = socket_.room() - std::min(socket_.room(), stream_buffers::control_reserve);
    auto const records = free / (stream_buffers::max_record + stream_buffers::record_overhead);
    auto const size = std::min(bytes.size(), records * stream_buffers::max_record);
    if (size == 0)
        return 0;

    ERR_clear_error();
    std::size_t sealed = 0;
    auto const done = SSL_write_ex(ssl_.get(), bytes.data(), size, &sealed);
    if (done == 1)
        return sealed;
    auto const wanted = SSL_get_error(ssl_.get(), done);
    if (wanted == SSL_ERROR_WANT_READ || wanted == SSL_ERROR_WANT_WRITE)
    {
        write_needs_input_ = wanted == SSL_ERROR_WANT_READ;
        return 0;
    }
    fail(last_tls_error());
    return bytes.size();
}

asio::awaitable<error_code> tls_stream::flush()
{
    if (failure_)
        co_return failure_;
    auto code = co_await socket_.flush();
    if (!code && write_needs_input_)
    {
        // The peer's message spans records and has come in part. A reader may take the rest before this turn comes, so
        // wait once only, and let put() try again.
        write_needs_input_ = false;
        code = bio_.try_fill();
        if (code == asio::error::would_block)
            code = co_await socket_.wait(tcp::socket::wait_read);
    }
    if (code && code != asio::error::operation_aborted)
    {
        fail(code);
        socket_.discard();
    }
    co_return code;
}

asio::awaitable<stream::read_result> tls_stream::read_some(asio::mutable_buffer to)
{
    for (;;)
    {
        read_result got;
        if (!socket_.is_open())
        {
            got.code = asio::error::operation_aborted;
            co_return got;
        }
        auto const queued = socket_.queued();
        ERR_clear_error();
        auto const done = SSL_read_ex(ssl_.get(), to.data(), to.size(), &got.bytes);
        auto const wanted = SSL_get_error(ssl_.get(), done);
        send_own_messages(queued);
        switch (wanted)
        {
        case SSL_ERROR_NONE:
            co_return got;
        case SSL_ERROR_ZERO_RETURN:
            got.code = asio::error::eof;
            co_return got;
        case SSL_ERROR_WANT_READ:
            if (resting_ && tls_context::frees_buffers())
                SSL_free_buffers(ssl_.get());  // does nothing while they hold something
            got.code = co_await bio_.fill();
            if (got.code == asio::error::eof)
                got.code = asio::ssl::error::stream_truncated;
            break;
        case SSL_ERROR_WANT_WRITE:  // the batch has no room for the answer to a key update
            got.code = co_await socket_.flush();
            break;
        default:
            got.code = last_tls_error();
            fail(got.code);
        }
        if (got.code)
            co_return got;
    }
}

// Reading may seal something, such as the answer to a key update. It must not wait behind a writer who has nothing to
// say; what the kernel does not take now goes with the next batch.
void tls_stream::send_own_messages(std::size_t queued_before)
{
    if (socket_.queued() > queued_before)
        std::ignore = socket_.try_flush();
}

bool tls_stream::resumed() const noexcept
{
    return ssl_ && SSL_session_reused(ssl_.get()) == 1;
}

bool tls_stream::looks_dead() noexcept
{
    if (failure_ || !socket_.is_open())
        return true;
    for (;;)
    {
        // Session tickets may be under way after the handshake, and are no sign of anything.
        char byte = 0;
        std::size_t got = 0;
        ERR_clear_error();
        auto const done = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
        if (done == 1 || SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ)
            return true;
        auto const code = bio_.try_fill();
        if (code)
            return code != asio::error::would_block;
    }
}

void tls_stream::close() noexcept
{
    if (!socket_.is_open())
        return;
    // A farewell only when nothing is left unsent: the rest of an abandoned request must not reach the server.
    if (!failure_ && SSL_is_init_finished(ssl_.get()) == 1 && socket_.queued() == 0)
    {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        std::ignore = socket_.try_flush();
        ERR_clear_error();
    }
    if (ssl_)  // or OpenSSL would mark the session as bad, and never resume it
        SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    socket_.close();
    bio_.discard();
}

}  // namespace sluice::net
