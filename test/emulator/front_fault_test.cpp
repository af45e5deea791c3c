#include "toy_front.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>

using namespace sluice;
using namespace sluice::emulator;
using test::toy_front;
namespace asio = boost::asio;

namespace
{

constexpr std::string_view two_requests = "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                                          "GET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

// The first request meets the fault, the second one none.
void order(toy_front& f, fault const& what)
{
    f.on_request = [what](request_event const& e) { return e.number == 1 ? what : fault{}; };
    f.start();
}

std::string talk(toy_front& f, error_code* end = nullptr)
{
    return f.talk_raw(std::string(two_requests), end);
}

}  // namespace

TEST_CASE("the hook is told what arrived")
{
    toy_front f;
    std::string seen;
    f.on_request = [&](request_event const& e) {
        seen += std::to_string(e.number) + " " + std::to_string(e.connection) + " " + std::to_string(e.in_flight) +
                " " + std::string(e.service) + " " + std::string(e.operation) + " " + std::string(e.method) + " " +
                std::string(e.target) + " " + std::string(e.bucket) + " " + std::string(e.key) + "\n";
        return fault{};
    };
    f.start();
    talk(f);
    CHECK(seen == "1 1 1 oss Echo PUT /1 bucket /1\n2 1 2 oss Echo GET /2 bucket /2\n");
}

TEST_CASE("reset_before: the connection is reset and nothing is done")
{
    toy_front f;
    order(f, {fault::kind::reset_before});
    error_code end;
    CHECK(talk(f, &end).empty());
    CHECK(end == asio::error::connection_reset);
    CHECK(f.oss->finished == 0);
    REQUIRE(f.log.size() == 1);
    CHECK(f.log[0].find(R"("fault":"reset_before","status":0)") != std::string::npos);
}

TEST_CASE("reset_after: it is done, and the connection reset")
{
    toy_front f;
    order(f, {fault::kind::reset_after});
    error_code end;
    CHECK(talk(f, &end).empty());
    CHECK(end == asio::error::connection_reset);
    CHECK(f.oss->finished > 0);
}

TEST_CASE("close_after: one answer that promises more, then the end")
{
    toy_front f;
    order(f, {fault::kind::close_after});
    error_code end;
    auto const raw = talk(f, &end);
    CHECK(raw.find("Connection: keep-alive\r\n") != std::string::npos);
    CHECK(raw.ends_with("oss/1:abc"));
    CHECK(end == asio::error::eof);
}

TEST_CASE("answer_status: the ordered error, and nothing is done")
{
    toy_front f;
    order(f, {fault::kind::answer_status, 503, "SlowDown"});
    auto const answers = f.talk(std::string(two_requests), 2);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].status == 503);
    CHECK(answers[0].body.find("<Code>SlowDown</Code>") != std::string::npos);
    CHECK(answers[0].fields.find("x-oss-request-id: ") != std::string::npos);
    CHECK(answers[1].body == "oss/2:");
    CHECK(f.oss->finished == 1);
    CHECK(f.log.at(0).find(R"("status":503,"code":"SlowDown")") != std::string::npos);
}

TEST_CASE("answer_status carries the fields that were ordered")
{
    toy_front f;
    order(f, {fault::kind::answer_status, 503, "SlowDown", {{"x-oss-qos-delay-time", "200"}, {"Retry-After", "1"}}});
    auto const fields = f.talk(std::string(two_requests)).at(0).fields;
    CHECK(fields.find("x-oss-qos-delay-time: 200\n") != std::string::npos);
    CHECK(fields.find("Retry-After: 1\n") != std::string::npos);
}

TEST_CASE("answer_status speaks JSON for the API")
{
    toy_front f;
    order(f, {fault::kind::answer_status, 400, "Throttling.User"});
    auto const answers = f.talk("POST / HTTP/1.1\r\nHost: ice.cn-shanghai.aliyuncs.com\r\n\r\n");
    CHECK(answers.at(0).status == 400);
    CHECK(test::member(answers.at(0).body, "Code") == "Throttling.User");
}

TEST_CASE("answer_garbage: no HTTP, then the end")
{
    toy_front f;
    order(f, {fault::kind::answer_garbage});
    auto const raw = talk(f);
    CHECK_FALSE(raw.empty());
    CHECK_FALSE(raw.starts_with("HTTP/"));
    CHECK(f.oss->finished <= 1);  // the second request at most
}

TEST_CASE("answer_half: the first half of the answer, then the end")
{
    toy_front whole;
    order(whole, {fault::kind::close_after});
    auto const full = talk(whole);
    toy_front f;
    order(f, {fault::kind::answer_half});
    CHECK(talk(f) == full.substr(0, full.size() / 2));
}

TEST_CASE("answer_html: a page with status 200, and nothing is done")
{
    toy_front f;
    order(f, {fault::kind::answer_html});
    auto const answers = f.talk(std::string(two_requests), 2);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].status == 200);
    CHECK(answers[0].body.starts_with("<html>"));
    CHECK(f.oss->finished == 1);
}

TEST_CASE("never_answer: it is done, and no answer comes on this connection any more")
{
    toy_front f;
    order(f, {fault::kind::never_answer});
    CHECK(talk(f).empty());  // ends with the second request, which asks for the end
    CHECK(f.oss->finished == 2);
}

TEST_CASE("a delay holds one answer back, and those behind it")
{
    toy_front f;
    fault late;
    late.delay = std::chrono::milliseconds(200);
    order(f, late);
    std::vector<test::answer> answers;
    auto const waiting = [](toy_front& front, std::vector<test::answer>& out) -> asio::awaitable<void> {
        auto socket = co_await front.connect();
        co_await asio::async_write(socket, asio::buffer(two_requests), asio::use_awaitable);
        // Both are done, and the first answer waits for the clock.
        while (front.oss->finished < 2 || front.clock->waiting() == 0)
            co_await asio::post(front.io, asio::use_awaitable);
        CHECK(front.log.empty());
        front.clock->advance(std::chrono::milliseconds(200));
        std::string rest;
        for (int i = 0; i < 2; ++i)
        {
            auto next = co_await test::read_answer(socket, rest);
            out.push_back(std::move(next));
        }
    };
    f.run(waiting(f, answers));
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].body == "oss/1:abc");
    CHECK(answers[1].body == "oss/2:");
    CHECK(f.log.at(0).find(R"("fault":"delay")") != std::string::npos);
    CHECK(f.log.at(1).find(R"("fault")") == std::string::npos);
}

TEST_CASE("a rule is met by what the hook lets pass, and counts the rest as well")
{
    toy_front f;
    f.on_request = [](request_event const& e) {
        return e.number == 1 ? fault{fault::kind::answer_status, 500, "InternalError"} : fault{};
    };
    fault_rule rule;
    rule.times = 2;
    rule.effect = {fault::kind::answer_status, 503, "SlowDown"};
    f.faults = {rule};
    f.start();
    auto const get = std::string("GET /k HTTP/1.1\r\nHost: h\r\n\r\n");
    auto const answers = f.talk(get + get + get, 3);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].status == 500);
    CHECK(answers[1].status == 503);
    CHECK(answers[2].status == 200);
}

TEST_CASE("a hook may stop the server")
{
    toy_front f;
    f.on_request = [&](request_event const&) {
        f.front->stop();
        return fault{};
    };
    f.start();
    CHECK(talk(f).empty());
    CHECK(f.oss->finished == 0);
}

TEST_CASE("a hook that throws costs its connection and no other")
{
    toy_front f;
    f.on_request = [](request_event const& e) -> fault {
        if (e.number == 1)
            throw std::runtime_error("thrown by a test");
        return {};
    };
    f.start();
    CHECK(talk(f).empty());
    CHECK(talk(f).find("oss/2:") != std::string::npos);
}

TEST_CASE("no hook is called once the gate is shut")
{
    unsigned calls = 0;
    hook_gate gate([&](std::string const&) { ++calls; },
        [&](request_event const&) {
            ++calls;
            return fault{fault::kind::reset_before};
        });
    gate.log("line");
    CHECK(gate.ask({}).what == fault::kind::reset_before);
    gate.shut();
    gate.log("line");
    CHECK(gate.ask({}).what == fault::kind::none);
    CHECK(calls == 2);

    fault_rule always;
    always.times = 0;
    always.effect.what = fault::kind::reset_before;
    hook_gate rules(nullptr, nullptr, {always});
    CHECK(rules.ask({}).what == fault::kind::reset_before);
    rules.shut();
    CHECK(rules.ask({}).what == fault::kind::none);
}
