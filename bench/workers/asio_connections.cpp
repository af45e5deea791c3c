// The peer asio::ssl::stream, for connections themselves. Each carries one call at a time, signed beforehand.
//   --do idle: N connections are opened one by one, and idle together after two calls each; what do they hold of
//   memory?
//   --do handshakes: N connections are opened one after the other, for one call each
//   --connections N
#include "support/arguments.hpp"
#include "support/descriptors.hpp"
#include "support/memory.hpp"
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
using stream = bench::asio_tls::stream;

asio::awaitable<void> call(stream& on, std::string const& request)
{
    co_await asio::async_write(on, asio::buffer(request), use_awaitable);
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    co_await http::async_read(on, buffer, answer, use_awaitable);
    if (answer.result() != http::status::ok)
        throw std::runtime_error("the sink refused a call");
}

void rethrow(std::exception_ptr const& failed)
{
    if (failed)
        std::rethrow_exception(failed);
}

// --- idle

asio::awaitable<void> open_and_call(bench::asio_tls& tls, stream& s, std::string const& request)
{
    co_await tls.connect(s);
    co_await call(s, request);
}

using streams = std::vector<std::unique_ptr<stream>>;

// Up to so many, each with its call when it is open, and the next then.
asio::awaitable<void> open_all(
    asio::io_context& context, bench::asio_tls& tls, streams& all, std::uint64_t up_to, std::string const& request)
{
    while (all.size() < up_to)
    {
        auto& s = *all.emplace_back(std::make_unique<stream>(context, tls.context()));
        co_await tls.connect(s);
        asio::co_spawn(context, call(s, request), &rethrow);
    }
}

bench::report hold_idle(std::string const& origin, std::string const& ca_file, std::uint64_t connections)
{
    auto const request = bench::call_request(origin).text();
    asio::io_context context(1);
    bench::asio_tls tls(origin, ca_file);
    streams all;
    all.reserve(connections);
    auto const spawn = [&](asio::awaitable<void> work) { asio::co_spawn(context, std::move(work), &rethrow); };
    auto const run = [&] {
        context.restart();
        context.run();
    };
    spawn(open_all(context, tls, all, 1, request));
    run();

    auto const resident_before = bench::resident_bytes();
    auto const heap_before = bench::heap_bytes();
    spawn(call(*all.front(), request));
    spawn(open_all(context, tls, all, connections, request));
    run();

    bench::report r;
    auto const added = static_cast<double>(connections - 1);
    r.beside["KiB"] = static_cast<double>(bench::resident_bytes() - resident_before) / 1024 / added;
    r.beside["heap KiB"] = static_cast<double>(bench::heap_bytes() - heap_before) / 1024 / added;
    bench::meter const measured;
    for (auto const& s : all)
        spawn(call(*s, request));
    run();
    r.used = measured.stop();
    r.beside["connections"] = static_cast<double>(connections);
    r.requests = 1 + 2 * connections;
    r.tls = {connections, 0};
    return r;
}

// --- handshakes

asio::awaitable<void> open_one_by_one(
    bench::asio_tls& tls, std::string const& request, std::uint64_t connections, bench::handshakes& done)
{
    for (; connections > 0; --connections)
    {
        stream s(co_await asio::this_coro::executor, tls.context());
        co_await open_and_call(tls, s, request);
        ++(SSL_session_reused(s.native_handle()) == 1 ? done.resumed : done.full);
        bench::asio_tls::end_session(s);
    }
}

bench::report shake_hands(std::string const& origin, std::string const& ca_file, std::uint64_t connections)
{
    auto const request = bench::call_request(origin).text();
    asio::io_context context(1);
    bench::asio_tls tls(origin, ca_file, bench::asio_tls::sessions::resume);
    bench::handshakes done;
    auto const run = [&](std::uint64_t count) {
        context.restart();
        asio::co_spawn(context, open_one_by_one(tls, request, count, done), &rethrow);
        context.run();
    };
    run(1);
    bench::report r;
    bench::meter const measured;
    run(connections);
    r.used = measured.stop();
    r.tls = done;
    r.requests = connections + 1;
    r.beside = {{"connections", static_cast<double>(connections)}};
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    auto const ca_file = given.text("ca", "");
    auto const connections = given.number("connections", 1000);
    auto const what = given.text("do", "");
    given.refuse_rest();
    bench::raise_descriptor_limit();
    if (what == "idle")
        bench::print(hold_idle(origin, ca_file, connections));
    else if (what == "handshakes")
        bench::print(shake_hands(origin, ca_file, connections));
    else
        return 2;
}
