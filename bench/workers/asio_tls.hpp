#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <string>

namespace bench
{

// Connections to the sink as Asio offers them: asio::ssl::stream, the certificate verified.
class asio_tls
{
public:
    using stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

    // origin: https://127.0.0.1:PORT
    asio_tls(std::string const& origin, std::string const& ca_file);

    boost::asio::ssl::context& context() noexcept { return context_; }

    // Connected and secured, or throws.
    boost::asio::awaitable<void> connect(stream& s) const;

private:
    boost::asio::ssl::context context_;
    boost::asio::ip::tcp::endpoint where_;
};

}  // namespace bench
