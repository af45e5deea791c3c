#include "workers/asio_tls.hpp"

#include <boost/asio/use_awaitable.hpp>

namespace bench
{

namespace asio = boost::asio;
using asio::ip::tcp;

asio_tls::asio_tls(std::string const& origin, std::string const& ca_file, sessions what)
    : context_(asio::ssl::context::tls_client),
      where_(asio::ip::address_v4::loopback(),
          static_cast<unsigned short>(std::stoul(origin.substr(origin.rfind(':') + 1))))
{
    context_.set_verify_mode(asio::ssl::verify_peer);
    context_.load_verify_file(ca_file);
    if (what == sessions::resume)
        sessions_.emplace(context_.native_handle());
}

asio::awaitable<void> asio_tls::connect(stream& s) const
{
    co_await s.lowest_layer().async_connect(where_, asio::use_awaitable);
    s.lowest_layer().set_option(tcp::no_delay(true));
    if (sessions_)
        sessions_->offer_to(s.native_handle());
    co_await s.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
}

void asio_tls::end_session(stream& s)
{
    SSL_set_shutdown(s.native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

}  // namespace bench
