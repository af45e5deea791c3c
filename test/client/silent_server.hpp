#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <string>
#include <thread>

namespace sluice::test
{

namespace asio = boost::asio;

// Takes connections and reads what comes, on a thread of its own, and never answers.
class silent_server
{
public:
    silent_server() : acceptor_(context_, {asio::ip::make_address("127.0.0.1"), 0})
    {
        asio::co_spawn(context_, accept(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    silent_server(silent_server const&) = delete;
    silent_server& operator=(silent_server const&) = delete;
    ~silent_server()
    {
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

private:
    asio::awaitable<void> accept()
    {
        for (;;)
        {
            boost::system::error_code failure;
            auto peer = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
            if (failure)
                co_return;
            asio::co_spawn(context_, swallow(std::move(peer)), asio::detached);
        }
    }

    static asio::awaitable<void> swallow(asio::ip::tcp::socket peer)
    {
        std::array<char, 65536> sink;
        boost::system::error_code failure;
        while (!failure)
            co_await peer.async_read_some(asio::buffer(sink), asio::redirect_error(asio::use_awaitable, failure));
    }

    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_;
    std::thread thread_;
};

}  // namespace sluice::test
