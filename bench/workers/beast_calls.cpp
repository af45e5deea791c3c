// The peer that everybody would write for calls: coroutines with Beast on asio::ssl::stream, one call unanswered on
// each connection. It sends the same signed request again and again, and leaves the answers' JSON unread.
//   --calls N, --connections N
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/asio_tls.hpp"
#include "workers/call_request.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <memory>
#include <stdexcept>
#include <vector>

namespace
{

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;

using request = http::request<http::empty_body>;

request request_of(bench::call_request const& like)
{
    request r(http::verb::post, like.target, 11);
    for (auto const& [name, value] : like.fields)
        r.set(name, value);
    return r;
}

class connection
{
public:
    connection(asio::io_context& context, bench::asio_tls& tls, request const& what)
        : tls_(tls), what_(what), stream_(context, tls.context())
    {}

    // Open, and used once.
    asio::awaitable<void> open()
    {
        co_await tls_.connect(stream_);
        co_await call();
    }

    // Takes from what is left to do until nothing is.
    asio::awaitable<void> keep_calling(std::uint64_t& left)
    {
        while (left > 0)
        {
            --left;
            co_await call();
        }
    }

private:
    asio::awaitable<void> call()
    {
        co_await http::async_write(stream_, what_, use_awaitable);
        http::response<http::string_body> answer;
        co_await http::async_read(stream_, buffer_, answer, use_awaitable);
        if (answer.result() != http::status::ok)
            throw std::runtime_error("the sink refused a call");
    }

    bench::asio_tls& tls_;
    request what_;
    bench::asio_tls::stream stream_;
    beast::flat_buffer buffer_;
};

void rethrow(std::exception_ptr const& failed)
{
    if (failed)
        std::rethrow_exception(failed);
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    auto const ca_file = given.text("ca", "");
    auto const calls = given.number("calls", 10'000);
    auto const connections = given.number("connections", 1);
    given.refuse_rest();

    asio::io_context context(1);
    bench::asio_tls tls(origin, ca_file);
    std::vector<std::unique_ptr<connection>> all;
    all.reserve(connections);
    for (std::uint64_t i = 0; i < connections; ++i)
        all.push_back(std::make_unique<connection>(context, tls, request_of(bench::call_request(origin))));
    for (auto const& c : all)
        asio::co_spawn(context, c->open(), &rethrow);
    context.run();

    bench::report r;
    bench::meter const measured;
    auto left = calls;
    context.restart();
    for (auto const& c : all)
        asio::co_spawn(context, c->keep_calling(left), &rethrow);
    context.run();
    r.used = measured.stop();
    r.requests = calls + connections;
    r.beside = {{"calls", static_cast<double>(calls)}};
    bench::print(r);
}
