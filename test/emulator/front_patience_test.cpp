#include "toy_front.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::emulator;
using namespace std::chrono_literals;
using test::toy_front;

namespace
{

constexpr std::string_view get_request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view half_a_body = "PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab";
constexpr std::string_view half_a_chunk = "PUT /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab";

asio::awaitable<void> turns(toy_front& f, int count)
{
    for (int turn = 0; turn < count; ++turn)
        co_await asio::post(f.io, asio::use_awaitable);
}

// Sends the bytes, lets the server read them, and moves the clock on by as much as it waits.
asio::awaitable<void> send_and_wait(toy_front& f, asio::ip::tcp::socket& socket, std::string_view bytes)
{
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    while (f.clock->waiting() == 0)
        co_await asio::post(f.io, asio::use_awaitable);
    co_await turns(f, 50);
    f.clock->advance(60s);
}

asio::awaitable<void> read_rest(asio::ip::tcp::socket& socket, std::string& out, error_code& end)
{
    auto const [failure, size] =
        co_await asio::async_read(socket, asio::dynamic_buffer(out), asio::as_tuple(asio::use_awaitable));
    end = failure;
}

}  // namespace

TEST_CASE("a request that breaks off harms nobody; one with half a body is told so, and not served")
{
    struct row
    {
        std::string_view bytes, code;
    };
    static constexpr row rows[] = {
        {"", ""},
        {"GE", ""},
        {"GET / HTTP/1.1\r\nHost", ""},
        {half_a_body, "IncompleteBody"},
        {half_a_chunk, "IncompleteBody"},
    };
    toy_front f;
    f.start();
    auto const break_off = [](toy_front& front, row const& r) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        co_await asio::async_write(socket, asio::buffer(r.bytes), asio::use_awaitable);
        socket.shutdown(asio::ip::tcp::socket::shutdown_send);
        std::string rest;
        auto const answer = co_await test::read_answer(socket, rest);
        CHECK(answer.status == (r.code.empty() ? 0 : 400));
        if (!r.code.empty())
            CHECK(answer.body.find("<Code>" + std::string(r.code) + "</Code>") != std::string::npos);
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.bytes);
        f.run(break_off(f, r));
    }
    CHECK(f.oss->finished == 0);
    CHECK(f.talk(std::string(get_request)).size() == 1);
}

TEST_CASE("a peer that falls silent is let go after a while, and told why in the middle of a body")
{
    struct row
    {
        std::string_view bytes, code;
    };
    static constexpr row rows[] = {
        {"", ""},
        {"GET / HTTP/1.1\r\nHost", ""},
        {half_a_body, "RequestTimeout"},
        {half_a_chunk, "RequestTimeout"},
    };
    auto const fall_silent = [](toy_front& front, row const& r) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        co_await send_and_wait(front, socket, r.bytes);
        std::string answer;
        error_code end;
        co_await read_rest(socket, answer, end);
        CHECK(end == asio::error::eof);
        CHECK(answer.empty() == r.code.empty());
        if (r.code.empty())
            co_return;
        CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        CHECK(answer.find("Connection: close\r\n") != std::string::npos);
        CHECK(answer.find("<Code>" + std::string(r.code) + "</Code>") != std::string::npos);
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.bytes);
        toy_front f;
        f.context->idle_timeout = 60s;
        f.start();
        f.run(fall_silent(f, r));
        CHECK(f.oss->finished == 0);
    }
}

TEST_CASE("a peer that is slow and moves, or that waits for us, is not let go")
{
    toy_front f;
    f.context->idle_timeout = 60s;
    f.start();
    auto const slow = [](toy_front& front) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        co_await asio::async_write(socket, asio::buffer(half_a_body), asio::use_awaitable);
        for (std::string_view const next : {"c", "d"})
        {
            co_await turns(front, 50);
            front.clock->advance(59s);
            co_await asio::async_write(socket, asio::buffer(next), asio::use_awaitable);
        }
        front.context->latency = 600s;
        co_await turns(front, 50);
        co_await asio::async_write(socket, asio::buffer("e", 1), asio::use_awaitable);
        for (int minute = 0; minute < 10; ++minute)
        {
            co_await turns(front, 50);
            front.clock->advance(60s);
        }
        std::string rest;
        auto const answer = co_await test::read_answer(socket, rest);
        CHECK(answer.body == "oss/k:abcde");
    };
    f.run(slow(f));
}

TEST_CASE("a peer that does not end what we have ended is cut off")
{
    toy_front f;
    f.context->idle_timeout = 60s;
    f.start();
    auto const linger = [](toy_front& front) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        std::string_view const last = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(last), asio::use_awaitable);
        std::string answer;
        error_code end;
        co_await read_rest(socket, answer, end);
        CHECK(end == asio::error::eof);
        co_await turns(front, 50);
        CHECK(front.clock->waiting() == 1);
        front.clock->advance(60s);
        co_await turns(front, 50);
        CHECK(front.clock->waiting() == 0);
    };
    f.run(linger(f));
}
