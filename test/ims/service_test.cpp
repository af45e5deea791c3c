#include "base/base64.hpp"
#include "grant_text.hpp"
#include "scripted_service.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::ims::test;

namespace
{

std::string grant_body(std::string_view more = "")
{
    return R"({"RequestId":"R-1","UploadAddress":")" + base64_encode(good_address) + R"(","UploadAuth":")" +
           base64_encode(good_auth) + "\"" + std::string(more) + "}";
}

std::string refusal(std::string_view code)
{
    return R"({"RequestId":"R-9","HostId":"ice.cn-shanghai.aliyuncs.com","Code":")" + std::string(code) +
           R"(","Message":"no"})";
}

canned_answer const granted{200, grant_body(R"(,"MediaId":"m-1","FileURL":"http://b.oss/k.mp4")")};

}  // namespace

TEST_CASE("a stream is created with one call that has all of the request in its query")
{
    scripted_service service({granted});
    stream_request request("m-1");
    request.definition = "HD";
    request.file_extension = "mp4";
    request.hdr_type = "SDR+";
    request.user_data = R"({"a":"b c"})";
    auto const grant = service.create(request).value();
    CHECK(grant.media_id == "m-1");
    CHECK(grant.file_url == "http://b.oss/k.mp4");
    CHECK(grant.bucket == "outin-1");
    CHECK(grant.object_key == "stream/a/b.mp4");
    CHECK(grant.credentials.security_token.reveal() == "TOKEN/a+b==");
    CHECK_FALSE(grant.swapped);
    REQUIRE(service.wire.heads.size() == 1);
    CHECK(header_of(service.wire.heads[0], "x-acs-action") == "CreateUploadStream");
    CHECK(target_of(service.wire.heads[0]) ==
          "/?Definition=HD&FileExtension=mp4&HDRType=SDR%2B&MediaId=m-1&UserData=%7B%22a%22%3A%22b%20c%22%7D");
}

TEST_CASE("what a request leaves out is not sent")
{
    scripted_service service({granted});
    REQUIRE(service.create().has_value());
    CHECK(target_of(service.wire.heads.at(0)) == "/");
}

TEST_CASE("a wrong value is refused before anything is sent")
{
    scripted_service service({granted});
    stream_request request;
    request.definition = "8K";
    CHECK(service.create(request).error().code == errc::invalid_argument);
    CHECK(service.wire.heads.empty());
}

TEST_CASE("a grant is read whatever its escapes, its order and its places")
{
    auto const escaped = R"({"UploadAuth":"\u0065)" + base64_encode(good_auth).substr(1) +
                         R"(","MediaId":"\/m","x":[],)" + R"("UploadAddress":")" + base64_encode(good_address) +
                         "\\n\"}";
    auto const swapped = R"({"UploadAddress":")" + base64_encode(good_auth) + R"(","UploadAuth":")" +
                         base64_encode(good_address) + R"(","FileURL":7})";
    scripted_service service({{200, escaped}, {200, swapped}});
    auto const first = service.create().value();
    CHECK(first.media_id == "/m");
    CHECK(first.credentials.access_key_id == "STS.ID");
    auto const second = service.create(stream_request("asked-for")).value();
    CHECK(second.swapped);
    CHECK(second.media_id == "asked-for");
    CHECK(second.file_url.empty());
}

TEST_CASE("a success that holds no grant is an error that names what is missing")
{
    struct row
    {
        std::string body;
        errc code;
        std::string_view message;
    };
    auto const auth_only = R"({"RequestId":"R-1","UploadAuth":")" + base64_encode(good_auth) + "\"}";
    auto const address_only = R"({"RequestId":"R-1","UploadAddress":")" + base64_encode(good_address) + "\"}";
    row const rows[] = {
        {"", errc::malformed_response, "nothing"},
        {"{}", errc::malformed_response, "without a string UploadAddress"},
        {auth_only, errc::malformed_response, "without a string UploadAddress"},
        {address_only, errc::malformed_response, "without a string UploadAuth"},
        {R"({"UploadAddress":{},"UploadAuth":"a"})", errc::malformed_response, "without a string UploadAddress"},
        {R"({"UploadAddress":"a","UploadAuth":null})", errc::malformed_response, "without a string UploadAuth"},
        {"[" + grant_body() + "]", errc::malformed_response, "bytes that are not a JSON object"},
        {grant_body().substr(0, 200), errc::malformed_response, "200 bytes that are not a JSON object"},
        {grant_body() + "x", errc::malformed_response, "bytes that are not a JSON object"},
        {"<html><head><TITLE> Sign in\n</TITLE></head></html>", errc::malformed_response,
            "a page with the title \"Sign in\""},
        {"\x1F\x8B\x08\x01garbage", errc::malformed_response, "bytes that are not a JSON object"},
        {R"({"UploadAddress":"","UploadAuth":""})", errc::malformed_grant, "UploadAddress: empty (empty)"},
        {R"({"UploadAddress":"!","UploadAuth":"!"})", errc::malformed_grant, "(base64)"},
        {R"({"RequestId":"R-1","UploadAddress":"e30=","UploadAuth":"e30="})", errc::malformed_grant,
            "UploadAddress: field Endpoint is missing (missing_field)"},
        {R"({"Code":"Forbidden","Message":"not you","RequestId":"R-1"})", errc::service_error, "not you"},
    };
    for (auto const& r : rows)
    {
        scripted_service service({{200, r.body, {{"x-acs-request-id", "R-1"}}}});
        auto const e = service.create(stream_request("m-1")).error();
        CAPTURE(e.describe());
        CHECK(e.code == r.code);
        CHECK(e.message.find(r.message) != std::string::npos);
        CHECK(e.http_status == 200);
        CHECK(e.operation == "CreateUploadStream");
        CHECK(e.resource == "m-1");
        CHECK(e.request_id == "R-1");
        CHECK(e.host == "ice.cn-shanghai.aliyuncs.com");
        CHECK(e.attempts == 1);
        CHECK_FALSE(e.recommendation.empty());
        CHECK(e.describe().find(base64_encode(good_auth).substr(0, 12)) == std::string::npos);
    }
}

TEST_CASE("what is asked again, how often, and what is not")
{
    struct row
    {
        int status;
        std::string body;
        bool repeatable;
        unsigned attempts;  // of the four that are allowed
    };
    row const rows[] = {
        {500, refusal("InternalError"), true, 4},
        {500, refusal("InternalError"), false, 1},
        {503, "", true, 4},
        {502, "<html></html>", true, 4},
        {503, refusal("ServiceUnAvailable"), false, 1},
        {400, refusal("Throttling.User"), true, 4},
        {400, refusal("Throttling.User"), false, 4},
        {429, refusal("Throttling"), false, 4},
        {403, refusal("RequestsTooFrequent"), true, 4},
        {403, refusal("RequestsTooFrequent"), false, 4},
        {400, refusal("SignatureNonceUsed"), true, 2},
        {400, refusal("SignatureNonceUsed"), false, 2},
        {400, refusal("InvalidTimeStamp.Expired"), true, 1},  // with no Date to learn from
        {400, refusal("InvalidParameter"), true, 1},
        {403, refusal("Forbidden"), true, 1},
        {404, refusal("InvalidAccessKeyId.NotFound"), true, 1},
        {400, refusal("SignatureDoesNotMatch"), true, 1},
        {404, "<html></html>", true, 1},
        {302, "", true, 1},
    };
    for (auto const& r : rows)
    {
        canned_answer const answer{r.status, r.body};
        scripted_service service({answer, answer, answer, answer, answer});
        auto const e = service.call("GetMediaInfo", {}, r.repeatable).error();
        CAPTURE(r.status);
        CAPTURE(r.body);
        CAPTURE(r.repeatable);
        CHECK(service.wire.heads.size() == r.attempts);
        CHECK(e.attempts == r.attempts);
        CHECK(e.http_status == r.status);
    }
}

TEST_CASE("attempts that failed are told with their reasons, of a success and of an error")
{
    std::vector<failed_attempt> const throttled{
        {"CreateUploadStream", "HTTP status 400, Throttling.User"}, {"CreateUploadStream", "HTTP status 503, Busy"}};
    scripted_service service({{400, refusal("Throttling.User")}, {503, refusal("Busy")}, granted});
    REQUIRE(service.create().has_value());
    CHECK(service.failed.last(16) == throttled);

    scripted_service refused({{400, refusal("Throttling.User")}, {403, refusal("Forbidden")}});
    auto const e = refused.create().error();
    CHECK(e.history == std::vector<failed_attempt>{{"CreateUploadStream", "HTTP status 400, Throttling.User"},
                           {"CreateUploadStream", "HTTP status 403, Forbidden"}});
}

TEST_CASE("a code that holds a secret is masked in the reason, too")
{
    scripted_service service({{503, refusal("XtestsecretX")}, granted});
    REQUIRE(service.create().has_value());
    REQUIRE(service.failed.count() == 1);
    CHECK(service.failed.last(1).front().reason.find("testsecret") == std::string::npos);
}

TEST_CASE("a repeat that succeeds is a success")
{
    scripted_service service({{400, refusal("SignatureNonceUsed")}, {503, ""}, granted});
    CHECK(service.create().has_value());
    CHECK(service.wire.heads.size() == 3);
}

TEST_CASE("a wrong clock is put right from the answer's date, and stays right")
{
    canned_answer const expired{400, refusal("InvalidTimeStamp.Expired"), {{"Date", "Mon, 30 Mar 2026 09:00:00 GMT"}}};
    scripted_service service({expired, granted, granted});
    REQUIRE(service.create().has_value());
    service.clock->advance(std::chrono::seconds(5));
    REQUIRE(service.create().has_value());
    REQUIRE(service.wire.heads.size() == 3);
    CHECK(header_of(service.wire.heads[0], "x-acs-date") == start_text);
    CHECK(header_of(service.wire.heads[1], "x-acs-date") == "2026-03-30T09:00:00Z");
    CHECK(header_of(service.wire.heads[2], "x-acs-date") == "2026-03-30T09:00:05Z");
}

TEST_CASE("a service that finds every date wrong is asked twice")
{
    canned_answer const expired{400, refusal("InvalidTimeStamp.Expired"), {{"date", "Mon, 30 Mar 2026 09:00:00 GMT"}}};
    scripted_service service({expired, expired, expired});
    auto const e = service.create().error();
    CHECK(e.attempts == 2);
    CHECK(e.recommendation.find("clock") != std::string::npos);
}

TEST_CASE("a call hands back the body as sent, with its request id")
{
    std::string const body = "{ \"Success\" : true,\n\"RequestId\":\"R\\u002d1\" } ";
    scripted_service service({{200, body}, {200, R"({"Success":true})"}, {204, ""}, {200, "<title>x</title>"}});
    auto const done = service.call("SetEventCallback").value();
    CHECK(done.request_id == "R-1");
    CHECK(done.body == body);
    CHECK(service.call("SetEventCallback").error().message.find("RequestId") != std::string::npos);
    CHECK(service.call("SetEventCallback").error().code == errc::malformed_response);
    CHECK(service.call("SetEventCallback").error().message.find("\"x\"") != std::string::npos);
}
