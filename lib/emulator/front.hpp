#pragma once

#include "emulator/front_connection.hpp"
#include "emulator/front_context.hpp"

#include <sluice/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace sluice::emulator
{

// Listens on loopback ports, and holds the connections that come. All on one strand, but for what is said otherwise.
class front : public std::enable_shared_from_this<front>
{
public:
    front(asio::any_io_executor strand, std::shared_ptr<front_context> context);

    // Binds 127.0.0.1; nothing is accepted yet. port 0: any. Gives the port. Errors: the port is taken, ...
    // tls: null for plain HTTP.
    result<std::uint16_t> listen(std::uint16_t port, service_kind kind, std::shared_ptr<asio::ssl::context> tls);
    // Begins to accept, once the services are in the context. Any thread, once.
    void serve();
    void stop();

private:
    struct listener
    {
        asio::ip::tcp::acceptor acceptor;
        service_kind kind;
        std::shared_ptr<asio::ssl::context> tls;
    };

    static asio::awaitable<void> accept(std::shared_ptr<front> self, listener& from);
    void begin_connection(front_stream stream, service_kind of_port);

    asio::any_io_executor strand_;
    std::shared_ptr<front_context> context_;
    std::vector<std::unique_ptr<listener>> listeners_;
    std::map<std::uint64_t, std::shared_ptr<front_connection>> connections_;
    std::uint64_t connections_seen_ = 0;
    bool stopped_ = false;
};

}  // namespace sluice::emulator
