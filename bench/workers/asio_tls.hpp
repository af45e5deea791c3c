#pragma once

#include "workers/session_keeper.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <optional>
#include <string>

namespace bench
{

// Connections to the sink as Asio offers them: asio::ssl::stream, the certificate verified.
class asio_tls
{
public:
    using stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

    enum class sessions
    {
        forget,  // as Asio does when nobody asks it to keep them
        resume
    };

    // origin: https://127.0.0.1:PORT
    asio_tls(std::string const& origin, std::string const& ca_file, sessions what = sessions::forget);

    boost::asio::ssl::context& context() noexcept { return context_; }

    // Connected and secured, or throws.
    boost::asio::awaitable<void> connect(stream& s) const;

    // Before the stream ends, so that OpenSSL does not take its session for a broken one.
    static void end_session(stream& s);

private:
    boost::asio::ssl::context context_;
    std::optional<session_keeper> sessions_;
    boost::asio::ip::tcp::endpoint where_;
};

}  // namespace bench
