// The peer that everybody would write: beast::ssl_stream on a tcp_stream with timeouts, and http::async_write.
//   --file PATH (file_body) | --body BYTES (span_body, from memory), --count N, --connections N
#include "base/crc64.hpp"
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <filesystem>
#include <span>
#include <stdexcept>

namespace
{

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::seconds patience(30);

struct work
{
    explicit work(bench::arguments& given)
        : origin(given.text("origin", "")),
          ca_file(given.text("ca", "")),
          file(given.text("file", "")),
          body(bench::make_pattern(given.number("body", 0))),
          crc(file.empty() ? sluice::crc64(0, std::as_bytes(std::span(body))) : bench::crc64_of_file(file)),
          count(given.number("count", 1)),
          connections(given.number("connections", 1))
    {
        given.refuse_rest();
    }

    std::string origin;
    std::string ca_file;
    std::string file;
    std::vector<char> body;
    std::uint64_t crc;
    std::uint64_t count;  // all together
    std::uint64_t connections;
};

template <class Body>
http::request<Body> request_of(work const& w)
{
    http::request<Body> request(http::verb::put, "/bench/beast", 11);
    request.set(http::field::host, "127.0.0.1");
    request.set("x-bench-crc64", std::to_string(w.crc));
    return request;
}

http::request<http::span_body<char const>> memory_request(work const& w)
{
    auto request = request_of<http::span_body<char const>>(w);
    request.body() = {w.body.data(), w.body.size()};
    request.prepare_payload();
    return request;
}

http::request<http::file_body> file_request(work const& w)
{
    auto request = request_of<http::file_body>(w);
    beast::error_code failed;
    request.body().open(w.file.c_str(), beast::file_mode::scan, failed);
    if (failed)
        throw beast::system_error(failed);
    request.prepare_payload();
    return request;
}

template <class Request>
asio::awaitable<void> put(tls_stream& stream, Request request)
{
    beast::get_lowest_layer(stream).expires_after(patience);
    co_await http::async_write(stream, request, use_awaitable);
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    beast::get_lowest_layer(stream).expires_after(patience);
    co_await http::async_read(stream, buffer, answer, use_awaitable);
    if (answer.result() != http::status::ok)
        throw std::runtime_error("the sink refused a put");
}

// One connection's share: takes from what is left to do until nothing is.
asio::awaitable<void> send_some(work const& w, asio::ssl::context& tls, std::uint64_t& left, bench::report& r)
{
    tls_stream stream(co_await asio::this_coro::executor, tls);
    auto const port = static_cast<unsigned short>(std::stoul(w.origin.substr(w.origin.rfind(':') + 1)));
    beast::get_lowest_layer(stream).expires_after(patience);
    asio::ip::tcp::endpoint const where(asio::ip::address_v4::loopback(), port);
    co_await beast::get_lowest_layer(stream).async_connect(where, use_awaitable);
    co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
    while (left > 0)
    {
        --left;
        if (w.file.empty())
            co_await put(stream, memory_request(w));
        else
            co_await put(stream, file_request(w));
        r.bytes += w.file.empty() ? w.body.size() : std::filesystem::file_size(w.file);
        ++r.requests;
    }
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    work const w(given);
    bench::report r;
    auto left = w.count;

    bench::meter const measured;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.load_verify_file(w.ca_file);
    asio::io_context context(1);
    for (std::uint64_t i = 0; i < w.connections; ++i)
        asio::co_spawn(context, send_some(w, tls, left, r), [](std::exception_ptr const& failed) {
            if (failed)
                std::rethrow_exception(failed);
        });
    context.run();
    r.used = measured.stop();
    bench::print(r);
}
