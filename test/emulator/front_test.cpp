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

std::string get(std::string_view path, std::string_view more = {})
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(more) + "\r\n";
}

std::string put(std::string_view path, std::string_view body, std::string_view more = {})
{
    return "PUT " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("an answer carries what every answer must")
{
    toy_front f;
    f.start();
    auto const raw = f.talk_raw(put("/k", "abc", "Connection: close\r\n"));
    CHECK(raw == "HTTP/1.1 200 OK\r\nServer: AliyunOSS\r\nDate: Mon, 30 Mar 2026 08:05:30 GMT\r\n"
                 "Content-Length: 9\r\nConnection: close\r\nx-toy: oss\r\nx-oss-request-id: ID-1\r\n\r\noss/k:abc");
}

TEST_CASE("the host chooses the service, whichever port it came to")
{
    toy_front f;
    f.context->custom_hosts = {"cdn.example.com"};
    f.start();
    auto const from = [&](std::string const& host) {
        return f.talk("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").at(0).body;
    };
    CHECK(from("127.0.0.1") == "oss/:");
    CHECK(from("ice.cn-shanghai.aliyuncs.com:443") == "ims/:");
    CHECK(from("b.oss-cn-shanghai.aliyuncs.com") == "oss/:");
    CHECK(from("CDN.example.com:8080") == "oss/:");
}

TEST_CASE("an absolute target is served as its path")
{
    toy_front f;
    f.start();
    CHECK(f.talk("GET http://h/k?a=1 HTTP/1.1\r\nHost: h\r\n\r\n").at(0).body == "oss/k?a=1:");
    CHECK(f.talk("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").at(0).body == "oss/:");
}

TEST_CASE("pipelined requests are read ahead and answered in order")
{
    toy_front f;
    f.context->latency = 50ms;
    f.start();
    std::vector<test::answer> answers;
    auto const pipelining = [](toy_front& front, std::vector<test::answer>& out) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        std::string requests;
        for (int i = 0; i < 6; ++i)
            requests += put("/" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
        co_await asio::async_write(socket, asio::buffer(requests), asio::use_awaitable);
        // The first answer waits for the clock: all requests are read before it moves.
        while (front.oss->finished < 6 || front.clock->waiting() == 0)
            co_await asio::post(front.io, asio::use_awaitable);
        front.clock->advance(50ms);
        std::string rest;
        for (int i = 0; i < 6; ++i)
        {
            auto next = co_await test::read_answer(socket, rest);
            out.push_back(std::move(next));
        }
    };
    f.run(pipelining(f, answers));
    REQUIRE(answers.size() == 6);
    for (std::size_t i = 0; i < 6; ++i)
        CHECK(answers[i].body == "oss/" + std::to_string(i) + ":" + std::string(i, 'x'));
    CHECK(f.context->max_in_flight == 6);
    REQUIRE(f.log.size() == 6);
    CHECK(f.log[5].find("\"in_flight\":6") != std::string::npos);
}

TEST_CASE("requests and the bytes of their bodies are counted by operation")
{
    toy_front f;
    f.on_request = [](request_event const& e) { return e.number == 2 ? fault{fault::kind::answer_status} : fault{}; };
    f.start();
    REQUIRE(f.talk(put("/1", "abc") + put("/2", "defgh") + get("/3"), 3).size() == 3);
    f.talk_raw("no HTTP\r\n\r\n");
    auto const counts = f.context->counts.all();
    REQUIRE(counts.size() == 2);
    CHECK(counts.at("Echo").requests == 3);
    CHECK(counts.at("Echo").bytes == 8);
    CHECK(counts.at("").requests == 1);
    CHECK(counts.at("").bytes == 0);
}

TEST_CASE("no more than 64 requests are read ahead of their answers")
{
    toy_front f;
    f.context->latency = 1s;
    f.start();
    auto const flood = [](toy_front& front) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        std::string requests;
        for (int i = 0; i < 100; ++i)
            requests += get("/");
        co_await asio::async_write(socket, asio::buffer(requests), asio::use_awaitable);
        while (front.oss->finished < 64 || front.clock->waiting() == 0)
            co_await asio::post(front.io, asio::use_awaitable);
        for (int turn = 0; turn < 100; ++turn)
            co_await asio::post(front.io, asio::use_awaitable);
        CHECK(front.oss->finished == 64);
        front.context->latency = 0s;
        front.clock->advance(1s);
        std::string rest;
        for (int i = 0; i < 100; ++i)
        {
            auto const next = co_await test::read_answer(socket, rest);
            CHECK(next.status == 200);
        }
    };
    f.run(flood(f));
    CHECK(f.context->max_in_flight == 64);
}

TEST_CASE("a large body is handed on in blocks, as it comes")
{
    toy_front f;
    f.start();
    std::string const body(3UL * 1024 * 1024, 'x');
    CHECK(f.talk(put("/k", body)).at(0).body == "oss/k:" + body);
    CHECK(f.oss->largest_block <= 256 * 1024);
}

TEST_CASE("a chunked body is joined")
{
    toy_front f;
    f.start();
    auto const answers = f.talk("POST /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n" +
                                    get("/next"),
        2);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].body == "oss/k:abcdefg");
    CHECK(answers[1].body == "oss/next:");
}

TEST_CASE("100 Continue is sent before a body that waits for it")
{
    toy_front f;
    f.start();
    auto const waiting = [](toy_front& front) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        std::string_view const head = "PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(head), asio::use_awaitable);
        std::string interim(25, '\0');
        co_await asio::async_read(socket, asio::buffer(interim), asio::use_awaitable);
        CHECK(interim == "HTTP/1.1 100 Continue\r\n\r\n");
        co_await asio::async_write(socket, asio::buffer("abc", 3), asio::use_awaitable);
        std::string rest;
        auto const last = co_await test::read_answer(socket, rest);
        CHECK(last.body == "oss/k:abc");
    };
    f.run(waiting(f));
}

TEST_CASE("HEAD states a length and sends no body; 204 states none")
{
    toy_front f;
    f.start();
    auto const head = f.talk_raw("HEAD /k HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK(head.find("Content-Length: 99\r\n") != std::string::npos);
    CHECK(head.ends_with("\r\n\r\n"));
    auto const nothing = f.talk_raw(get("/nothing", "Connection: close\r\n"));
    CHECK(nothing.starts_with("HTTP/1.1 204 No Content\r\n"));
    CHECK(nothing.find("Content-Length") == std::string::npos);
    CHECK(nothing.ends_with("\r\n\r\n"));
}

TEST_CASE("a connection stays open but where HTTP says it ends")
{
    toy_front f;
    f.start();
    CHECK(f.talk(get("/1") + get("/2"), 2).size() == 2);
    CHECK(f.talk("GET / HTTP/1.0\r\n\r\n" + get("/2"), 2).size() == 1);
    CHECK(f.talk(get("/1", "Connection: close\r\n") + get("/2"), 2).size() == 1);
}

TEST_CASE("a field value with line ends stays one field")
{
    toy_front f;
    f.start();
    CHECK(f.talk(get("/injected-field")).at(0).fields.find("x-echo: a  Set-Cookie: b\n") != std::string::npos);
}

TEST_CASE("what is no HTTP is answered with 400 and the end")
{
    std::string const rows[] = {
        "\x16\x03\x01\x02\x05\x01\x07\x01\xFC\x03\x03 like a TLS hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nX: " + std::string(70UL * 1024, 'x') + "\r\n\r\n",
        "GET /" + std::string(70UL * 1024, 'x') + " HTTP/1.1\r\n\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(300UL * 1024, 'x'),
    };
    toy_front f;
    f.start();
    for (auto const& bytes : rows)
    {
        CAPTURE(bytes.substr(0, 60));
        auto const answers = f.talk(bytes + get("/after"), 2);
        REQUIRE(answers.size() == 1);
        CHECK(answers[0].status == 400);
        CHECK(answers[0].body.find("<Code>InvalidRequest</Code>") != std::string::npos);
        CHECK(answers[0].fields.find("Connection: close\n") != std::string::npos);
    }
}

TEST_CASE("a client that has said all still gets its answers")
{
    toy_front f;
    f.start();
    auto const half_close = [](toy_front& front) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        auto const requests = get("/1") + get("/2");
        co_await asio::async_write(socket, asio::buffer(requests), asio::use_awaitable);
        socket.shutdown(asio::ip::tcp::socket::shutdown_send);
        std::string rest;
        auto const first = co_await test::read_answer(socket, rest);
        auto const second = co_await test::read_answer(socket, rest);
        CHECK(first.body == "oss/1:");
        CHECK(second.body == "oss/2:");
    };
    f.run(half_close(f));
}

TEST_CASE("stopping ends connections that are idle, that read and that wait")
{
    toy_front f;
    f.context->latency = 1h;
    f.start();
    auto const stop = [](toy_front& front) -> asio::awaitable<void> {
        auto idle = co_await front.connect();
        auto reading = co_await front.connect();
        auto waiting = co_await front.connect();
        std::string_view const part = "PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab";
        co_await asio::async_write(reading, asio::buffer(part), asio::use_awaitable);
        auto const whole = get("/");
        co_await asio::async_write(waiting, asio::buffer(whole), asio::use_awaitable);
        while (front.clock->waiting() == 0)
            co_await asio::post(front.io, asio::use_awaitable);
        front.front->stop();
        for (auto* socket : {&idle, &reading, &waiting})
        {
            std::string rest;
            auto const none = co_await test::read_answer(*socket, rest);
            CHECK(none.status == 0);
        }
    };
    f.run(stop(f));
}

TEST_CASE("a taken port is named in the error")
{
    toy_front f;
    f.start();
    front other(f.io.get_executor(), f.context);
    auto const taken = other.listen(f.port, service_kind::ims, nullptr);
    REQUIRE(taken.has_error());
    CHECK(taken.error().code == asio::error::address_in_use);
    CHECK(taken.error().message == "port " + std::to_string(f.port) + " of 127.0.0.1 is taken");
}
