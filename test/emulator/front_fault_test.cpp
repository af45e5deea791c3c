#include "toy_front.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>

#include <stdexcept>

using namespace sluice;
using namespace sluice::emulator;
using test::toy_front;

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
}
