#include "service_rig.hpp"

#include "base/utc_time.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace
{

net::response stored_answer()
{
    return answer(200, {{"ETag", "\"E\""}});
}

net::response skewed(std::string_view server_time)
{
    return answer(403, {{"Date", "Thu, 01 Jan 1970 00:00:00 GMT"}},
        "<Error><Code>RequestTimeTooSkewed</Code><Message>far off</Message><ServerTime>" + std::string(server_time) +
            "</ServerTime></Error>");
}

error lost(errc code = errc::connection_lost)
{
    return code;
}

}  // namespace

TEST_CASE("a part is sent again, body and all, after what may pass")
{
    struct row
    {
        result<net::response> first;
    };
    row const rows[] = {{refusal(503, "ServiceUnavailable")}, {refusal(500, "InternalError")},
        {refusal(400, "InvalidDigest")}, {refusal(400, "InvalidCRC64")}, {refusal(400, "IncompleteBody")},
        {refusal(400, "RequestTimeout")}, {answer(502, {}, "<html>Bad Gateway</html>")}, {answer(429)}, {lost()},
        {lost(errc::stalled)}, {lost(errc::response_timeout)}};
    for (auto const& r : rows)
    {
        CAPTURE((r.first ? r.first->body : r.first.error().code.message()));
        service_rig rig;
        text_body body("data");
        rig.answers({r.first, stored_answer()});
        auto const made = rig.run(rig.service.upload_part(hangzhou(), "U", 1, body, never));
        REQUIRE(made);
        CHECK(made->attempts == 2);
        REQUIRE(rig.wire.log.size() == 2);
        CHECK(rig.wire.log[1].body == "data");
    }
}

TEST_CASE("what would be refused again is not sent again")
{
    for (std::string_view const code : {"AccessDenied", "NoSuchBucket", "NoSuchUpload", "SignatureDoesNotMatch",
             "InvalidArgument", "EntityTooLarge", "FileAlreadyExists", "SecurityTokenExpired"})
    {
        CAPTURE(code);
        service_rig rig;
        text_body body("data");
        rig.answers({refusal(403, code)});
        CHECK(rig.run(rig.service.upload_part(hangzhou(), "U", 1, body, never)).error().service_code == code);
        CHECK(rig.wire.log.size() == 1);
    }
}

TEST_CASE("attempts end, and the last refusal is the error")
{
    service_rig rig;
    text_body body("data");
    auto const busy = refusal(503, "ServiceUnavailable");
    rig.answers({busy, busy, busy, busy});
    auto const done = rig.run(rig.service.put_object(hangzhou(), body, never));
    REQUIRE_FALSE(done);
    CHECK(done.error().service_code == "ServiceUnavailable");
    CHECK(done.error().attempts == 4);
    REQUIRE(done.error().history.size() == 4);
    CHECK(done.error().history.back() == failed_attempt{"PutObject", "HTTP status 503, ServiceUnavailable"});
}

TEST_CASE("an initiate whose answer was lost is sent again")
{
    service_rig rig;
    rig.answers({lost(),
        answer(200, {}, "<InitiateMultipartUploadResult><UploadId>U2</UploadId></InitiateMultipartUploadResult>")});
    CHECK(rig.run(rig.service.initiate_multipart_upload(hangzhou(), never)).value() == "U2");
}

TEST_CASE("every attempt is signed with the time of that moment")
{
    service_rig rig;
    text_body body("data");
    rig.answers({answer(503, {{"x-oss-qos-delay-time", "5000"}}), stored_answer()});
    REQUIRE(rig.run(rig.service.put_object(hangzhou(), body, never)));
    CHECK(rig.wire.log[0].field("x-oss-date") == "20260330T080530Z");
    CHECK(rig.wire.log[1].field("x-oss-date") == "20260330T080535Z");
    CHECK(rig.wire.log[0].field("Authorization") != rig.wire.log[1].field("Authorization"));
}

TEST_CASE("a wrong clock is put right by the service's, once, for all that follows")
{
    struct row
    {
        net::response first;
        std::string_view date;  // of the second signature
        std::chrono::seconds offset;
    };
    row const rows[] = {
        {skewed("2026-03-30T09:05:30.000Z"), "20260330T090530Z", 1h},
        {skewed("2026-03-29T08:05:30.000Z"), "20260329T080530Z", -24h},
        {refusal(403, "RequestTimeTooSkewed", {{"Date", "Mon, 30 Mar 2026 06:05:30 GMT"}}), "20260330T060530Z", -2h},
        {answer(400, {{"Date", "Tue, 31 Mar 2026 08:05:30 GMT"}},
             "<Error><Code>InvalidArgument</Code><Message>Invalid signing date in Authorization header.</Message>"
             "</Error>"),
            "20260331T080530Z", 24h},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.date);
        service_rig rig;
        text_body body("data");
        rig.answers({r.first, stored_answer(), stored_answer()});
        auto const made = rig.run(rig.service.put_object(hangzhou(), body, never));
        REQUIRE(made);
        CHECK(made->attempts == 2);
        CHECK(rig.wire.log[1].field("x-oss-date") == r.date);
        CHECK(rig.time.offset() == r.offset);
        CHECK(rig.clock->now() == service_rig::start);  // at once

        REQUIRE(rig.run(rig.service.put_object(hangzhou(), body, never)));
        CHECK(rig.wire.log[2].field("x-oss-date") == r.date);
    }
}

TEST_CASE("a clock that the service calls wrong, and that is right by its own word, is left alone")
{
    service_rig rig;
    text_body body("data");
    rig.answers({skewed("2026-03-30T08:05:50.000Z")});
    CHECK(rig.run(rig.service.put_object(hangzhou(), body, never)).error().service_code == "RequestTimeTooSkewed");
    CHECK(rig.time.offset() == 0s);
}

TEST_CASE("a service that tells no time cannot correct ours")
{
    service_rig rig;
    text_body body("data");
    rig.answers({refusal(403, "RequestTimeTooSkewed")});
    CHECK(rig.run(rig.service.put_object(hangzhou(), body, never)).error().service_code == "RequestTimeTooSkewed");
    CHECK(rig.wire.log.size() == 1);
}

namespace
{

// Changes the credentials when the first answer is on its way.
class renewing_body final : public net::body_source
{
public:
    explicit renewing_body(changing_credentials& who) : who_(who) {}
    [[nodiscard]] std::uint64_t size() const noexcept override { return 0; }
    void rewind() override {}
    asio::awaitable<result<asio::const_buffer>> next() override
    {
        who_.now = {"OTHERID", "othersecret", "othertoken"};
        co_return asio::const_buffer();
    }

private:
    changing_credentials& who_;
};

}  // namespace

TEST_CASE("credentials that were replaced meanwhile are tried before a refusal is believed")
{
    for (std::string_view const code : {"SecurityTokenExpired", "InvalidAccessKeyId"})
    {
        CAPTURE(code);
        service_rig rig({"AKIDEXAMPLE", "testsecret", "token"});
        renewing_body body(rig.who);
        rig.answers({refusal(403, code), stored_answer()});
        REQUIRE(rig.run(rig.service.upload_part(hangzhou(), "U", 1, body, never)));
        CHECK(rig.wire.log[0].field("x-oss-security-token") == "token");
        CHECK(rig.wire.log[1].field("x-oss-security-token") == "othertoken");
        CHECK(rig.wire.log[1].field("Authorization")->find("Credential=OTHERID/") != std::string::npos);
    }
}

TEST_CASE("a refused credential that nobody replaced is an error that says what to do")
{
    service_rig rig({"AKIDEXAMPLE", "testsecret", "token"});
    rig.answers({refusal(403, "SecurityTokenExpired")});
    auto const done = rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never));
    REQUIRE_FALSE(done);
    CHECK(done.error().recommendation.find("get a new one") != std::string::npos);
}
