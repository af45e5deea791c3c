#include "net/retry.hpp"

#include <boost/asio/error.hpp>

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace std::chrono_literals;

TEST_CASE("the pause doubles, is jittered fully, and keeps to what the server asks for up to the cap")
{
    retry_limits const limits{4, 200ms, 20s};
    struct row
    {
        unsigned attempt;
        std::chrono::milliseconds asked_for;
        double fraction;
        std::chrono::nanoseconds pause;
    };
    static constexpr row rows[] = {
        {2, 0ms, 0.0, 0ms},
        {2, 0ms, 0.5, 100ms},
        {2, 0ms, 1.0, 200ms},
        {3, 0ms, 0.5, 200ms},
        {4, 0ms, 0.5, 400ms},
        {8, 0ms, 0.5, 6400ms},
        {9, 0ms, 1.0, 20s},
        {1000, 0ms, 0.5, 10s},
        {2, 150ms, 0.5, 150ms},
        {2, 150ms, 1.0, 200ms},
        {2, 3s, 0.5, 3s},
        {2, 1h, 0.5, 20s},
        {2, -5ms, 0.0, 0ms},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.attempt);
        CAPTURE(r.asked_for.count());
        CHECK(backoff(limits, r.attempt, r.asked_for, r.fraction) == r.pause);
    }
    CHECK(backoff({4, 0ms, 20s}, 5, 0ms, 0.9) == 0ms);
    CHECK(backoff({4, 200ms, 0ms}, 5, 1s, 0.9) == 0ms);
}

TEST_CASE("which failures may be tried again")
{
    struct row
    {
        error_code code;
        bool repeatable, other;  // of a repeatable request, of any other
    };
    row const rows[] = {
        {errc::resolve_failed, true, true},
        {errc::connect_failed, true, true},
        {errc::connect_timeout, true, true},
        {errc::connection_lost, true, false},
        {errc::stalled, true, false},
        {errc::response_timeout, true, false},
        {errc::malformed_response, true, false},
        {asio::error::connection_reset, true, false},
        {asio::error::broken_pipe, true, false},
        {asio::error::eof, true, false},
        {errc::untrusted_certificate, false, false},
        {errc::deadline_exceeded, false, false},
        {errc::invalid_argument, false, false},
        {errc::no_credentials, false, false},
        {errc::source_failed, false, false},
        {errc::source_changed, false, false},
        {errc::grant_expired, false, false},
        {errc::service_error, false, false},
        {asio::error::operation_aborted, false, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.code.message());
        CHECK(is_retryable_failure(r.code, true) == r.repeatable);
        CHECK(is_retryable_failure(r.code, false) == r.other);
    }
}

TEST_CASE("which answers may be asked for again")
{
    struct row
    {
        int status;
        std::string_view code;
        bool again;
    };
    static constexpr row rows[] = {
        {200, "", false},
        {203, "CallbackFailed", false},
        {400, "InvalidParameter", false},
        {400, "Throttling", true},
        {400, "Throttling.User", true},
        {403, "RequestsTooFrequent", true},
        {403, "Forbidden", false},
        {403, "ServiceUnAvailable", true},
        {404, "NoSuchKey", false},
        {408, "", true},
        {409, "FileAlreadyExists", false},
        {429, "", true},
        {500, "InternalError", true},
        {503, "ServiceUnavailable", true},
        {503, "TotalQpsLimitExceeded", true},
        {599, "", true},
        {600, "", false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.status);
        CAPTURE(r.code);
        CHECK(is_retryable_answer(r.status, r.code) == r.again);
    }
}

TEST_CASE("which answers ask for fewer requests")
{
    struct row
    {
        int status;
        std::string_view code;
        bool throttles;
    };
    static constexpr row rows[] = {
        {429, "", true},
        {400, "Throttling", true},
        {400, "Throttling.User", true},
        {403, "RequestsTooFrequent", true},
        {503, "SlowDown", true},
        {503, "UploadTrafficRateLimitExceeded", true},
        {503, "DownloadTrafficRateLimitExceeded", true},
        {503, "TotalQpsLimitExceeded", true},
        {503, "MetaOperationQpsLimitExceeded", true},
        {503, "ActiveRequestLimitExceeded", true},
        {503, "ServiceUnavailable", false},  // out of order, which fewer requests do not change
        {500, "InternalError", false},
        {403, "AccessDenied", false},
        {200, "", false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.status);
        CAPTURE(r.code);
        CHECK(is_throttling(r.status, r.code) == r.throttles);
    }
}

TEST_CASE("the pause that an answer asks for")
{
    struct row
    {
        std::string_view name, value;
        std::chrono::milliseconds pause;
    };
    static constexpr row rows[] = {
        {"X-Acs-Retry-After", "1500", 1500ms},
        {"x-oss-qos-delay-time", " 20 ", 20ms},
        {"Retry-After", "3", 3s},
        {"Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT", 0ms},
        {"Retry-After", "-1", 0ms},
        {"Retry-After", "4294967295", 4294967295s},
        {"Retry-After", "99999999999999999999", 0ms},
        {"Date", "5", 0ms},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.value);
        header_list headers;
        headers.add(r.name, r.value);
        CHECK(requested_delay(headers) == r.pause);
    }
    CHECK(requested_delay({}) == 0ms);
}
