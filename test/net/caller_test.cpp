#include "pool_fixture.hpp"

#include "net/retry.hpp"

#include <sluice/random_source.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <deque>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;
using namespace std::chrono_literals;

namespace
{

// Always the same fraction, just under one half.
class half final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override
    {
        std::memset(bytes.data(), 0, bytes.size());
        bytes.back() = std::byte{0x80};  // little endian: the highest bit
    }
};

// Answers as it was told, one outcome an attempt.
class script final : public transport
{
public:
    asio::awaitable<result<response>> send(endpoint const&, request&, steady_time) override
    {
        ++sent;
        auto next = outcomes.empty() ? result<response>(error(errc::connection_lost)) : std::move(outcomes.front());
        if (!outcomes.empty())
            outcomes.pop_front();
        co_return next;
    }

    std::deque<result<response>> outcomes;
    unsigned sent = 0;
};

result<response> status(int code, std::string_view name = "", std::string_view value = "")
{
    response r;
    r.status = code;
    if (!name.empty())
        r.headers.add(name, value);
    return r;
}

verdict by_status(response const& r)
{
    return r.status == 403                     ? verdict::again_at_once
           : is_retryable_answer(r.status, "") ? verdict::again
                                               : verdict::done;
}

struct caller_fixture
{
    asio::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time());
    script server;
    retry_limits limits{4, 200ms, 20s};
    restraints common;
    attempt_log* log = nullptr;
    fake_request what{"thing"};
    endpoint origin{true, "example.com", 8443, false};
    caller::judgement judge = by_status;
    asio::cancellation_signal stop;
    std::optional<caller> under_test;
    std::optional<caller::outcome> out;
    int pauses = 0;  // begun

    void start(steady_time until = steady_time::max())
    {
        out.reset();
        under_test.emplace(server, clock, std::make_shared<half>(), limits, common);
        if (log != nullptr)
            under_test->note_failures(*log);
        under_test->when_pausing([this] { ++pauses; });
        asio::co_spawn(
            context, run(until), asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr const& failure) {
                if (failure)
                    std::rethrow_exception(failure);
            }));
        context.restart();
        context.poll();
    }

    asio::awaitable<void> run(steady_time until)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        auto r = co_await under_test->call(origin, what, judge, until);
        out = std::move(r);
    }

    void advance(std::chrono::nanoseconds by)
    {
        clock->advance(by);
        context.restart();
        context.poll();
    }
};

}  // namespace

TEST_CASE("a good answer needs one attempt")
{
    caller_fixture f;
    f.server.outcomes = {status(200)};
    f.start();
    REQUIRE(f.out);
    CHECK(f.out->answer->status == 200);
    CHECK(f.out->attempts == 1);
    CHECK(f.under_test->retries() == 0);
    CHECK(f.pauses == 0);
}

TEST_CASE("a failed attempt is repeated after a pause that grows")
{
    caller_fixture f;
    f.server.outcomes = {error(errc::connect_failed), status(503), status(200)};
    f.start();
    CHECK(f.server.sent == 1);
    CHECK(f.pauses == 1);
    f.advance(99ms);
    CHECK(f.server.sent == 1);
    f.advance(1ms);
    CHECK(f.server.sent == 2);
    CHECK(f.pauses == 2);
    f.advance(199ms);
    CHECK(f.server.sent == 2);
    f.advance(1ms);
    REQUIRE(f.out);
    CHECK(f.out->answer->status == 200);
    CHECK(f.out->attempts == 3);
    CHECK(f.under_test->retries() == 2);
}

TEST_CASE("after the last attempt the last failure is the answer, and it tells what was tried")
{
    caller_fixture f;
    f.start();
    f.advance(100ms);
    f.advance(200ms);
    f.advance(400ms);
    REQUIRE(f.out);
    CHECK(f.server.sent == 4);
    CHECK(f.out->attempts == 4);
    auto const e = f.out->answer.error();
    CHECK(e.code == errc::connection_lost);
    CHECK(e.attempts == 4);
    CHECK(e.operation == "Test");
    CHECK(e.resource == "thing");
    CHECK(e.host == "example.com:8443");
}

TEST_CASE("the last bad answer is handed up as it is")
{
    caller_fixture f;
    f.limits.attempts = 1;
    f.server.outcomes = {status(503)};
    f.start();
    REQUIRE(f.out);
    CHECK(f.out->answer->status == 503);
}

TEST_CASE("the pause is as long as the server asks for")
{
    caller_fixture f;
    f.server.outcomes = {status(429, "Retry-After", "7"), status(200)};
    f.start();
    f.advance(6999ms);
    CHECK(f.server.sent == 1);
    f.advance(1ms);
    CHECK(f.server.sent == 2);
}

TEST_CASE("what must not be sent twice is repeated only when nobody can have seen it")
{
    caller_fixture f;
    f.what.harmless = false;
    f.server.outcomes = {error(errc::connect_timeout), error(errc::connection_lost), status(200)};
    f.start();
    f.advance(100ms);
    REQUIRE(f.out);
    CHECK(f.out->answer.error().code == errc::connection_lost);
    CHECK(f.out->attempts == 2);
}

TEST_CASE("a correction is tried at once, and once only")
{
    caller_fixture f;
    f.server.outcomes = {status(403), status(403), status(200)};
    f.start();
    REQUIRE(f.out);
    CHECK(f.out->answer->status == 403);
    CHECK(f.out->attempts == 2);
    CHECK(f.under_test->retries() == 1);
}

TEST_CASE("a pause that would end after the deadline is not begun")
{
    caller_fixture f;
    f.server.outcomes = {status(503, "Retry-After", "5"), status(200)};
    f.start(f.clock->steady_now() + 5s);
    REQUIRE(f.out);
    CHECK(f.out->answer->status == 503);
    CHECK(f.clock->waiting() == 0);
}

TEST_CASE("when the deadline ends a later attempt, the error still says what went wrong before")
{
    caller_fixture f;
    f.server.outcomes = {status(503), error(errc::deadline_exceeded, "too late")};
    f.start();
    f.advance(100ms);
    REQUIRE(f.out);
    CHECK(f.out->answer.error().message == "too late; the attempt before it failed: HTTP status 503");
}

TEST_CASE("an answer of a good status that did not do says why")
{
    caller_fixture f;
    f.judge = [](response const&) { return judged(verdict::again, "SlowDown"); };
    f.server.outcomes = {status(200), error(errc::deadline_exceeded, "too late")};
    f.start();
    f.advance(100ms);
    REQUIRE(f.out);
    CHECK(f.out->answer.error().message == "too late; the attempt before it failed: HTTP status 200, SlowDown");
}

namespace
{

// One call has been throttled, and a second one has gone: now an attempt begins every 5/7 s.
struct throttled_fixture : caller_fixture
{
    throttled_fixture()
    {
        limits.attempts = 1;
        common.paces = std::make_shared<slow_down>();
        judge = [](response const& r) { return judged(verdict::done, "SlowDown", r.status == 503); };
        server.outcomes = {status(503), status(200)};
        start();
        start();
    }
};

}  // namespace

TEST_CASE("where a service throttles, all callers wait for their turn")
{
    throttled_fixture f;
    REQUIRE(f.server.sent == 2);
    f.server.outcomes = {status(200)};
    f.start();  // another caller
    CHECK(f.server.sent == 2);
    f.advance(500ms);
    f.advance(214ms);
    CHECK(f.server.sent == 2);
    f.advance(1ms);
    CHECK(f.server.sent == 3);
    REQUIRE(f.out);
    CHECK(f.out->attempts == 1);
}

TEST_CASE("other origins, and what tidies up, do not wait")
{
    throttled_fixture f;
    f.what.patient = false;
    f.start();
    CHECK(f.server.sent == 3);
    f.what.patient = true;
    f.origin.host = "another";
    f.start();
    CHECK(f.server.sent == 4);
}

TEST_CASE("an answer that asks for a pause slows down, if it is no success")
{
    struct row
    {
        int status;
        char const* header;
        bool slows;
    };
    static constexpr row rows[] = {{403, "x-acs-retry-after", true}, {503, "x-oss-qos-delay-time", true},
        {503, "Retry-After", true}, {503, "Date", false}, {200, "x-oss-qos-delay-time", false}};
    for (auto const& r : rows)
    {
        CAPTURE(r.status);
        CAPTURE(r.header);
        caller_fixture f;
        f.limits.attempts = 1;
        f.common.paces = std::make_shared<slow_down>();
        f.server.outcomes = {status(r.status, r.header, "5")};
        f.start();
        CHECK(f.common.paces->of(f.origin)->is_slowed() == r.slows);
    }
}

TEST_CASE("successes raise the rate again")
{
    throttled_fixture f;
    for (int second = 0; second < 10; ++second)
    {
        f.server.outcomes = {status(200)};
        f.start();
        f.advance(500ms);
        f.advance(500ms);
        REQUIRE(f.out);
    }
    CHECK_FALSE(f.common.paces->of(f.origin)->is_slowed());
}

TEST_CASE("the deadline and cancelling hold while a turn is waited for")
{
    throttled_fixture f;
    f.start(f.clock->steady_now() + 300ms);
    f.advance(299ms);
    CHECK_FALSE(f.out);
    f.advance(1ms);
    REQUIRE(f.out);
    CHECK(f.out->answer.error().code == errc::deadline_exceeded);
    CHECK(f.out->answer.error().attempts == 0);
    f.start();
    CHECK_FALSE(f.out);
    f.stop.emit(asio::cancellation_type::terminal);
    f.context.restart();
    f.context.poll();
    REQUIRE(f.out);
    CHECK(f.out->answer.error().code == asio::error::operation_aborted);
    CHECK(f.server.sent == 2);
    CHECK(f.clock->waiting() == 0);
}

TEST_CASE("each failed attempt is noted with its reason, for the call and for who keeps the log")
{
    caller_fixture f;
    attempt_log log;
    log.add("Earlier", "for some reason");
    f.log = &log;
    f.judge = [](response const& r) { return judged(r.status == 200 ? verdict::done : verdict::again, "SlowDown"); };
    f.server.outcomes = {error(errc::connect_failed, "nobody there"), status(503), status(200)};
    f.start();
    f.advance(100ms);
    f.advance(200ms);
    REQUIRE(f.out);
    using history = std::vector<failed_attempt>;
    CHECK(f.out->failed.last(16) == history{{"Test", "nobody there"}, {"Test", "HTTP status 503, SlowDown"}});
    CHECK(log.last(16) ==
          history{{"Earlier", "for some reason"}, {"Test", "nobody there"}, {"Test", "HTTP status 503, SlowDown"}});

    f.server.outcomes = {status(503), error(errc::untrusted_certificate)};
    f.start();
    f.advance(100ms);
    REQUIRE(f.out->answer.has_error());
    auto const told = f.out->answer.error().history;  // the last attempt, too
    CHECK(told == history{{"Test", "HTTP status 503, SlowDown"}, {"Test", "the server's certificate is not trusted"}});
}

TEST_CASE("a refusal is noted, and a cancelled attempt is not")
{
    caller_fixture f;
    f.judge = [](response const&) { return judged(verdict::done, "AccessDenied"); };
    f.server.outcomes = {status(403)};
    f.start();
    CHECK(f.out->failed.last(16) == std::vector<failed_attempt>{{"Test", "HTTP status 403, AccessDenied"}});
    f.server.outcomes = {error(error_code(asio::error::operation_aborted))};
    f.start();
    CHECK(f.out->failed.count() == 0);
}

TEST_CASE("callers with one budget stop to repeat when it is spent, and say so")
{
    caller_fixture f;
    f.common.budget = std::make_shared<retry_budget>(2);
    f.start();
    f.advance(100ms);
    f.advance(200ms);
    REQUIRE(f.out);
    CHECK(f.out->attempts == 3);
    CHECK(f.out->budget_spent);
    auto const e = f.out->answer.error();
    CHECK(e.code == errc::connection_lost);
    CHECK(e.attempts == 3);
    CHECK(e.message == "the client's retry budget is spent: the connection was lost");
    CHECK(e.recommendation.find("retry_limits::budget") != std::string::npos);

    f.start();  // another caller
    CHECK(f.out->attempts == 1);
    CHECK(f.out->budget_spent);
    CHECK(f.under_test->retries() == 0);
}

TEST_CASE("ten good answers allow one more repeat, and refusals are good answers where failures are not")
{
    caller_fixture f;
    f.limits.attempts = 2;
    f.judge = [](response const& r) { return r.status == 503 ? verdict::again : verdict::done; };
    f.common.budget = std::make_shared<retry_budget>(1);
    f.start();
    f.advance(100ms);
    CHECK(f.out->attempts == 2);
    for (int i = 0; i < 9; ++i)
    {
        f.server.outcomes = {status(i % 2 == 0 ? 200 : 404)};
        f.start();
    }
    f.server.outcomes = {status(500)};
    f.start();
    f.server.outcomes = {status(503)};
    f.start();
    CHECK(f.out->attempts == 1);
    CHECK(f.out->answer->status == 503);
    CHECK(f.out->budget_spent);
    f.server.outcomes = {status(200)};
    f.start();
    f.server.outcomes = {status(503), status(200)};
    f.start();
    f.advance(100ms);
    CHECK(f.out->attempts == 2);
    CHECK(f.out->answer->status == 200);
}

TEST_CASE("a repeat that a layer above wants waits and costs as others do, and is refused as they are")
{
    struct row
    {
        char const* what;
        unsigned made, budget;
        std::chrono::milliseconds left, wait;
        char const* refused;
    };
    static constexpr row rows[] = {
        {"the first", 1, 1, 1h, 100ms, nullptr},
        {"the third", 3, 1, 1h, 400ms, nullptr},
        {"none more", 4, 1, 1h, 0ms, "bad"},
        {"no time", 1, 1, 100ms, 0ms, "bad"},
        {"no budget", 1, 0, 1h, 0ms, "the client's retry budget is spent: bad"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        caller_fixture f;
        auto const budget = std::make_shared<retry_budget>(1);
        if (r.budget == 0)
            CHECK(budget->take());
        f.common.budget = budget;
        caller c(f.server, f.clock, std::make_shared<half>(), f.limits, f.common);
        std::optional<result<void>> out;
        error const bad(errc::checksum_mismatch, "bad");
        asio::co_spawn(f.context, c.before_repeat(bad, r.made, f.clock->steady_now() + r.left),
            [&](std::exception_ptr const&, result<void> got) { out = std::move(got); });
        f.context.poll();
        CHECK(out.has_value() == (r.wait.count() == 0));
        f.advance(r.wait);
        REQUIRE(out.has_value());
        CHECK(out->has_value() == (r.refused == nullptr));
        if (r.refused != nullptr)
        {
            CHECK(out->error().code == errc::checksum_mismatch);
            CHECK(out->error().message == r.refused);
            CHECK(out->error().attempts == r.made);
        }
        CHECK(budget->take() == (r.refused != nullptr && r.budget != 0));
    }
}

TEST_CASE("an error made of the last answer says that the budget was spent")
{
    error e(errc::service_error, "Please slow down.");
    e.recommendation = "Try again later";
    caller::outcome const out{status(503), 2, true};
    out.tell(e);
    CHECK(e.attempts == 2);
    CHECK(e.message == "the client's retry budget is spent: Please slow down.");
    CHECK(e.recommendation.starts_with("Wait until"));
    CHECK(e.recommendation.ends_with(". Try again later"));
}

TEST_CASE("cancelling ends the pause")
{
    caller_fixture f;
    f.start();
    CHECK(f.clock->waiting() == 1);
    f.stop.emit(asio::cancellation_type::terminal);
    f.context.restart();
    f.context.poll();
    REQUIRE(f.out);
    CHECK(f.out->answer.error().code == asio::error::operation_aborted);
    CHECK(f.out->answer.error().attempts == 1);
    CHECK(f.server.sent == 1);
}
