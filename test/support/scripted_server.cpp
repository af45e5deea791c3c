#include "support/scripted_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <optional>
#include <set>

namespace sluice::test
{

using asio::ip::tcp;
using boost::system::error_code;

struct scripted_server::state
{
    state(asio::any_io_executor const& ex, server_script s)
        : acceptor(ex, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), script(std::move(s))
    {}

    tcp::acceptor acceptor;
    server_script script;
    std::optional<asio::ssl::context> tls;
    std::string protocol;
    std::set<server_peer*> peers;
    unsigned connections = 0;
    unsigned failed_handshakes = 0;
    std::string last_error;
};

namespace
{

// Stream: a TCP socket, or TLS over one.
template <class Stream>
class peer_over final : public server_peer
{
public:
    peer_over(Stream stream, unsigned number)
        : stream_(std::move(stream)), number_(number), silence_(stream_.get_executor())
    {}

    Stream& stream() noexcept { return stream_; }

    [[nodiscard]] unsigned number() const noexcept override { return number_; }

    asio::awaitable<std::string> read(std::size_t size) override
    {
        if (auto const missing = size - std::min(size, input_.size()); missing > 0)
        {
            error_code ended;
            co_await asio::async_read(stream_, asio::dynamic_buffer(input_), asio::transfer_exactly(missing),
                asio::redirect_error(asio::use_awaitable, ended));
        }
        co_return take(size);
    }

    asio::awaitable<std::string> read_until(std::string_view mark) override
    {
        error_code ended;
        auto const size = co_await asio::async_read_until(
            stream_, asio::dynamic_buffer(input_), std::string(mark), asio::redirect_error(asio::use_awaitable, ended));
        co_return take(ended ? input_.size() : size);
    }

    asio::awaitable<std::string> read_all() override
    {
        error_code ended;
        co_await asio::async_read(stream_, asio::dynamic_buffer(input_), asio::transfer_all(),
            asio::redirect_error(asio::use_awaitable, ended));
        co_return take(input_.size());
    }

    asio::awaitable<bool> write(std::string_view bytes) override
    {
        error_code failed;
        co_await asio::async_write(stream_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failed));
        co_return !failed;
    }

    asio::awaitable<void> shut_down() override
    {
        if constexpr (!std::is_same_v<Stream, tcp::socket>)
        {
            // Asio would wait for the client's farewell too; this end has said all it wants to say.
            SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
            error_code failed;
            co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, failed));
        }
        close();
        co_return;
    }

    void close() override
    {
        error_code ignored;
        socket().shutdown(tcp::socket::shutdown_both, ignored);
        socket().close(ignored);
        silence_.cancel();
    }

    void reset() override
    {
        error_code ignored;
        socket().set_option(tcp::socket::linger(true, 0), ignored);
        socket().close(ignored);
        silence_.cancel();
    }

    asio::awaitable<void> stay_silent() override
    {
        if (!socket().is_open())
            co_return;
        silence_.expires_at(asio::steady_timer::time_point::max());
        error_code woken;
        co_await silence_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }

    tcp::socket& socket() noexcept override
    {
        if constexpr (std::is_same_v<Stream, tcp::socket>)
            return stream_;
        else
            return stream_.next_layer();
    }

    SSL* tls() noexcept override
    {
        if constexpr (std::is_same_v<Stream, tcp::socket>)
            return nullptr;
        else
            return stream_.native_handle();
    }

private:
    std::string take(std::size_t size)
    {
        auto const taken = input_.substr(0, size);
        input_.erase(0, size);
        return taken;
    }

    Stream stream_;
    unsigned number_;
    asio::steady_timer silence_;
    std::string input_;
};

// Keeps a peer where the server can close it.
class listed
{
public:
    listed(std::set<server_peer*>& list, server_peer& peer) : list_(list), peer_(peer) { list_.insert(&peer_); }
    ~listed() { list_.erase(&peer_); }
    listed(listed const&) = delete;
    listed& operator=(listed const&) = delete;

private:
    std::set<server_peer*>& list_;
    server_peer& peer_;
};

template <class State>
asio::awaitable<void> serve_plain(std::shared_ptr<State> shared, tcp::socket socket, unsigned number)
{
    peer_over<tcp::socket> peer(std::move(socket), number);
    listed const entry(shared->peers, peer);
    co_await shared->script(peer);
    peer.close();
}

template <class State>
asio::awaitable<void> serve_tls(std::shared_ptr<State> shared, tcp::socket socket, unsigned number)
{
    using tls_socket = asio::ssl::stream<tcp::socket>;
    peer_over<tls_socket> peer(tls_socket(std::move(socket), *shared->tls), number);
    listed const entry(shared->peers, peer);
    error_code failed;
    co_await peer.stream().async_handshake(
        asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failed));
    if (failed)
    {
        ++shared->failed_handshakes;
        shared->last_error = failed.message();
    }
    else
    {
        co_await shared->script(peer);
    }
    peer.close();
}

template <class State>
asio::awaitable<void> accept_all(std::shared_ptr<State> shared)
{
    for (;;)
    {
        error_code failed;
        auto socket = co_await shared->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (failed)
            co_return;
        // A script that writes and then resets means to have its words heard: none may wait for an acknowledgement.
        socket.set_option(tcp::no_delay(true), failed);
        auto const number = shared->connections++;
        auto const ex = shared->acceptor.get_executor();
        if (shared->tls)
            asio::co_spawn(ex, serve_tls(shared, std::move(socket), number), asio::detached);
        else
            asio::co_spawn(ex, serve_plain(shared, std::move(socket), number), asio::detached);
    }
}

int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* chosen_size, unsigned char const* offered,
    unsigned size, void* wanted)
{
    auto const& name = *static_cast<std::string const*>(wanted);
    std::string_view offers(reinterpret_cast<char const*>(offered), size);  // each with its length before it
    while (!offers.empty())
    {
        auto const length = static_cast<unsigned char>(offers.front());
        if (auto const offer = offers.substr(1, length); offer == name)
        {
            *chosen = reinterpret_cast<unsigned char const*>(offer.data());
            *chosen_size = length;
            return SSL_TLSEXT_ERR_OK;
        }
        offers.remove_prefix(std::min<std::size_t>(offers.size(), 1U + length));
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

asio::ssl::context make_context(server_tls const& tls)
{
    asio::ssl::context made(asio::ssl::context::tls_server);
    auto* const handle = made.native_handle();
    SSL_CTX_use_certificate(handle, tls.identity.certificate.get());
    SSL_CTX_use_PrivateKey(handle, tls.identity.key.get());
    SSL_CTX_set_max_proto_version(handle, tls.max_version);
    if (!tls.resumable)
    {
        SSL_CTX_set_num_tickets(handle, 0);
        SSL_CTX_set_options(handle, SSL_OP_NO_TICKET);
        SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
    }
    return made;
}

}  // namespace

scripted_server::scripted_server(asio::any_io_executor const& ex, server_script script)
    : state_(std::make_shared<state>(ex, std::move(script)))
{
    asio::co_spawn(ex, accept_all(state_), asio::detached);
}

scripted_server::scripted_server(asio::any_io_executor const& ex, server_tls tls, server_script script)
    : state_(std::make_shared<state>(ex, std::move(script)))
{
    state_->tls.emplace(make_context(tls));
    state_->protocol = tls.protocol;
    if (!tls.protocol.empty())
        SSL_CTX_set_alpn_select_cb(state_->tls->native_handle(), &choose_protocol, &state_->protocol);
    asio::co_spawn(ex, accept_all(state_), asio::detached);
}

scripted_server::~scripted_server()
{
    error_code ignored;
    state_->acceptor.close(ignored);
    for (auto* const peer : state_->peers)
        peer->close();
}

std::uint16_t scripted_server::port() const
{
    return state_->acceptor.local_endpoint().port();
}

endpoint scripted_server::origin(std::string const& host) const
{
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    endpoint made;
    made.tls = state_->tls.has_value();
    made.host = host;
    made.port = port();
    made.host_is_address = !not_an_address;
    return made;
}

unsigned scripted_server::connections() const
{
    return state_->connections;
}

unsigned scripted_server::failed_handshakes() const
{
    return state_->failed_handshakes;
}

std::string const& scripted_server::last_error() const
{
    return state_->last_error;
}

}  // namespace sluice::test
