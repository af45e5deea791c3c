#include "sink/wire.hpp"

#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace bench::sink
{

namespace
{

wire::moved moved_by(ssize_t returned) noexcept
{
    if (returned > 0)
        return {wire::outcome::done, static_cast<std::size_t>(returned)};
    bool const again = returned < 0 && (errno == EAGAIN || errno == EINTR);
    return {again ? wire::outcome::blocked : wire::outcome::closed, 0};
}

}  // namespace

wire::wire(int socket, session_ptr tls) : socket_(socket), tls_(std::move(tls))
{
    if (!tls_)
        return;
    SSL_set_fd(tls_.get(), socket_);
    SSL_set_accept_state(tls_.get());
}

wire::~wire()
{
    // Or OpenSSL would take the session for a broken one.
    if (tls_)
        SSL_set_shutdown(tls_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ::close(socket_);
}

wire::outcome wire::handshake()
{
    if (!tls_)
        return outcome::done;
    ERR_clear_error();
    auto const returned = SSL_do_handshake(tls_.get());
    return returned == 1 ? outcome::done : outcome_of(returned);
}

wire::moved wire::read(std::span<char> to)
{
    wants_write_ = false;
    if (!tls_)
        return moved_by(::recv(socket_, to.data(), to.size(), 0));
    moved m;
    ERR_clear_error();
    auto const returned = SSL_read_ex(tls_.get(), to.data(), to.size(), &m.bytes);
    m.how = returned == 1 ? outcome::done : outcome_of(returned);
    return m;
}

wire::moved wire::write(std::string_view bytes)
{
    wants_write_ = false;
    moved m;
    if (!tls_)
    {
        m = moved_by(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
        wants_write_ = m.how == outcome::blocked;
        return m;
    }
    ERR_clear_error();
    auto const returned = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &m.bytes);
    m.how = returned == 1 ? outcome::done : outcome_of(returned);
    return m;
}

bool wire::resumed() const noexcept
{
    return tls_ && SSL_session_reused(tls_.get()) == 1;
}

void wire::set_low_water(int bytes)
{
    if (bytes == low_water_)
        return;
    low_water_ = bytes;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

wire::outcome wire::outcome_of(int returned)
{
    auto const wanted = SSL_get_error(tls_.get(), returned);
    wants_write_ = wanted == SSL_ERROR_WANT_WRITE;
    return wants_write_ || wanted == SSL_ERROR_WANT_READ ? outcome::blocked : outcome::closed;
}

}  // namespace bench::sink
