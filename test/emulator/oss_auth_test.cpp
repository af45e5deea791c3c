#include "emulator/oss_auth_calls.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace sluice
{

using namespace std::chrono_literals;
using test::oss_call;
using test::oss_client;

TEST_CASE("an Authorization header of V4 that is not right is refused by its fault")
{
    struct row
    {
        std::string_view from, to;
        int status;
        std::string_view code, ec;
    };
    static constexpr row rows[] = {
        {"OSS4-HMAC-SHA256 ", "OSS3-HMAC-SHA256 ", 400, "InvalidArgument", "0002-00000061"},
        {"Credential=", "Credentials=", 400, "InvalidArgument", ""},
        {"/aliyun_v4_request", "/aliyun_v3_request", 400, "InvalidArgument", "0002-00000213"},
        {"AKIDEXAMPLE/", "", 400, "InvalidArgument", "0002-00000213"},
        {",Signature=", ",Signatur=", 400, "InvalidArgument", ""},
        {",Signature=", ",AdditionalHeaders=,Signature=", 400, "InvalidArgument", "0002-00000209"},
        {",Signature=", ",AdditionalHeaders=host;,Signature=", 400, "InvalidArgument", "0002-00000210"},
        {"AKIDEXAMPLE", "AKIDANOTHER", 403, "InvalidAccessKeyId", "0002-00000902"},
        {"/20260330/", "/20260331/", 400, "InvalidArgument", "0002-00000212"},
        {"/20260330/", "/yesterday/", 400, "InvalidArgument", "0002-00000212"},
        {"/cn-shanghai/", "/cn-hangzhou/", 400, "InvalidArgument", "0002-00000226"},
        {"/oss/", "/ecs/", 400, "InvalidArgument", "0002-00000227"},
        {",Signature=", ",AdditionalHeaders=host,Signature=", 403, "SignatureDoesNotMatch", "0002-00000201"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.to);
        auto head = oss.signed_head(test::put_call);
        auto authorization = test::authorization_of(head);
        test::replace(authorization, r.from, r.to);
        test::set_field(head, "Authorization", authorization);
        auto const answer = oss.send(head, "hello");
        CHECK(answer.status() == r.status);
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
    CHECK(oss.store->objects().empty());
}

TEST_CASE("the fields of a V4 Authorization header may be parted by a comma and a blank")
{
    oss_client oss;
    auto head = oss.signed_head(test::put_call);
    auto authorization = test::authorization_of(head);
    test::replace(authorization, ",Signature=", ", Signature=");
    test::set_field(head, "Authorization", authorization);
    CHECK(oss.send(head, "hello").status() == 200);
}

TEST_CASE("a wrong signature is answered with what the server computed")
{
    oss_client oss;
    auto head = oss.signed_head(test::put_call);
    head.target = "/a%20c";
    auto const answer = oss.send(head, "hello");
    CHECK(answer.status() == 403);
    CHECK(answer.code() == "SignatureDoesNotMatch");
    CHECK(answer.element("RequestId") == answer.field("x-oss-request-id"));
    CHECK(answer.element("HostId") == "media-bucket.oss-cn-shanghai.aliyuncs.com");
    CHECK(answer.element("OSSAccessKeyId") == "AKIDEXAMPLE");
    CHECK(answer.element("CanonicalRequest").starts_with("PUT\n/media-bucket/a%20c\n\n"));
    CHECK(answer.element("StringToSign").starts_with("OSS4-HMAC-SHA256\n20260330T080000Z\n"));
    CHECK(answer.element("StringToSignBytes").starts_with("4F 53 53 34 2D"));
    CHECK(answer.element("SignatureProvided").size() == 64);
    CHECK(answer.element("EC") == "0002-00000201");
    CHECK(answer.element("RecommendDoc").ends_with("?q=0002-00000201"));
}

TEST_CASE("a request without a signature is refused")
{
    oss_client oss;
    auto const answer = test::follow(oss, "GET", "/a%20b");
    CHECK(answer.status() == 403);
    CHECK(answer.code() == "AccessDenied");
    CHECK(answer.field("x-oss-ec") == "0003-00000001");
}

TEST_CASE("a HEAD that is refused carries its error in a header")
{
    oss_client oss;
    auto const answer = test::follow(oss, "HEAD", "/a%20b");
    CHECK(answer.status() == 403);
    CHECK(answer.reply.body.empty());
    CHECK(answer.code() == "AccessDenied");
}

TEST_CASE("the path is decoded and encoded strictly before it is compared")
{
    oss_client oss;
    oss_call const call{.method = "PUT", .key = "x!y'z(1)*2~", .body = "hello"};
    auto head = oss.signed_head(call);
    for (auto const* target : {"/x!y'z(1)*2~", "/x%21y%27z%281%29%2A2%7E", "/%78!y'z(1)*2~", "/x%21y'z(1)%2a2~"})
    {
        CAPTURE(target);
        head.target = target;
        CHECK(oss.send(head, "hello").status() == 200);
    }
    CHECK(oss.store->objects().size() == 1);
}

TEST_CASE("a plus in the query is a space, and in the path a plus")
{
    oss_client oss;
    auto head = oss.signed_head({.method = "GET", .key = "", .query = {{"uploads", ""}, {"prefix", "a b"}}});
    head.target = "/?uploads=&prefix=a+b";
    CHECK(oss.send(head, "").status() == 200);
    head = oss.signed_head({.method = "PUT", .key = "a+b", .body = "hello"});
    head.target = "/a+b";
    CHECK(oss.send(head, "hello").status() == 200);
    CHECK(oss.store->object(test::test_bucket, "a+b") == "hello");
}

TEST_CASE("the clock may differ by 15 minutes")
{
    for (auto const by : {15min, -15min})
    {
        oss_client oss;
        auto const head = oss.signed_head(test::put_call);
        auto const sent = oss.clock->now();
        oss.clock->set_system_time(sent + by);
        CHECK(oss.send(head, "hello").status() == 200);
        oss.clock->set_system_time(sent + by + (by > 0min ? 1s : -1s));
        auto const answer = oss.send(head, "hello");
        CHECK(answer.status() == 403);
        CHECK(answer.code() == "RequestTimeTooSkewed");
        CHECK(answer.field("x-oss-ec") == "0002-00000504");
        CHECK(answer.element("MaxAllowedSkewMilliseconds") == "900000");
        CHECK(answer.element("RequestTime") == "2026-03-30T08:00:00.000Z");
        CHECK(answer.element("ServerTime") == (by > 0min ? "2026-03-30T08:15:01.000Z" : "2026-03-30T07:44:59.000Z"));
    }
}

TEST_CASE("V4 needs a date and an unsigned payload")
{
    struct row
    {
        std::string_view name, value, code, ec;
    };
    static constexpr row rows[] = {
        {"x-oss-date", "", "AccessDenied", "0002-00000503"},
        {"x-oss-date", "Mon, 30 Mar 2026 08:00:00 GMT", "AccessDenied", "0002-00000505"},
        {"x-oss-date", "99991231T235959Z", "InvalidArgument", "0002-00000212"},
        {"x-oss-content-sha256", "", "InvalidArgument", "0002-00000214"},
        {"x-oss-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "InvalidArgument",
            "0002-00000214"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.value);
        auto head = oss.signed_head(test::put_call);
        test::set_field(head, r.name, r.value);
        auto const answer = oss.send(head, "hello");
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
}

TEST_CASE("a temporary key is good with its token, in its life, for its object")
{
    oss_client oss;
    auto const key = oss.tokens.issue(test::test_bucket, "a b", 1h).secret;
    CHECK(oss.send(oss.signed_head(test::put_call, key), "hello").status() == 200);

    auto const elsewhere = oss.send(oss.signed_head({.method = "PUT", .key = "a c"}, key), "");
    CHECK(elsewhere.status() == 403);
    CHECK(elsewhere.code() == "AccessDenied");
    auto const listing = oss.signed_head({.method = "GET", .key = "", .query = {{"uploads", ""}}}, key);
    CHECK(oss.send(listing, "").code() == "AccessDenied");

    oss.clock->advance(1h);
    auto const late = oss.send(oss.signed_head(test::put_call, key), "hello");
    CHECK(late.status() == 403);
    CHECK(late.code() == "SecurityTokenExpired");
    CHECK(late.field("x-oss-ec") == "0002-00000007");
}

TEST_CASE("a temporary key with another token than its own is refused by what that token is")
{
    oss_client oss;
    auto const key = oss.tokens.issue(test::test_bucket, "a b", 1h).secret;
    auto const another = oss.tokens.issue(test::test_bucket, "a b", 1h).secret;
    struct row
    {
        std::string_view token, code, ec;
    };
    row const rows[] = {
        {"CAISother", "InvalidSecurityToken", "0002-00000006"},
        {another.security_token.reveal(), "AccessKeyIdAndSecurityTokenNotMatch", "0002-00000004"},
        {"", "InvalidAccessKeyId", "0002-00000003"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.token);
        auto spoilt = key;
        spoilt.security_token = r.token;
        auto const answer = oss.send(oss.signed_head(test::put_call, spoilt), "hello");
        CHECK(answer.status() == 403);
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
        if (r.token.empty())
            CHECK(answer.element("Message") == "The OSS Access Key Id you provided does not exist in our records.");
    }
}

TEST_CASE("a signature in the header and in the URL at once is refused")
{
    oss_client oss;
    for (auto const& target :
        {test::presigned_v4(oss, "PUT", 600s, oss.account), test::presigned_v1(oss, "PUT", 600s, oss.account)})
    {
        CAPTURE(target);
        auto head = oss.signed_head(test::put_call);
        head.target = target;
        auto const answer = oss.send(head, "hello");
        CHECK(answer.status() == 400);
        CHECK(answer.code() == "InvalidArgument");
        CHECK(answer.field("x-oss-ec") == "0002-00000039");
    }
}

TEST_CASE("a token with a long-lived key is refused")
{
    oss_client oss;
    auto key = oss.account;
    key.security_token = "CAISother";
    auto const answer = oss.send(oss.signed_head(test::put_call, key), "hello");
    CHECK(answer.status() == 403);
    CHECK(answer.code() == "InvalidAccessKeyId");
    CHECK(answer.field("x-oss-ec") == "0002-00000002");
}

TEST_CASE("V1 takes its date from x-oss-date or Date")
{
    struct row
    {
        std::string name, date, code, ec;
    };
    row const rows[] = {
        {"Date", "Mon, 30 Mar 2026 08:00:00 GMT", "", ""},
        {"x-oss-date", "Mon, 30 Mar 2026 08:00:00 GMT", "", ""},
        {"x-oss-date", "20260330T080000Z", "", ""},
        {"", "", "AccessDenied", "0002-00000503"},
        {"Date", "today", "AccessDenied", "0002-00000505"},
        {"Date", "20260330T080000Z", "AccessDenied", "0002-00000505"},
        {"Date", "Mon, 30 Mar 2026 08:15:01 GMT", "RequestTimeTooSkewed", "0002-00000504"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.date);
        oss_client oss;
        auto const answer = oss.send(test::v1_head(oss, r.name, r.date), "hello");
        CHECK(answer.status() == (r.code.empty() ? 200 : 403));
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
}

TEST_CASE("a V1 header that is not right is refused by its fault")
{
    struct row
    {
        std::string_view authorization, code, ec;
    };
    static constexpr row rows[] = {
        {"OSS AKIDEXAMPLE", "InvalidArgument", "0002-00000062"},
        {"OSS :abc", "InvalidArgument", "0002-00000063"},
        {"OSS AKIDEXAMPLE:", "InvalidArgument", "0002-00000065"},
        {"OSS AKIDANOTHER:abc", "InvalidAccessKeyId", "0002-00000902"},
        {"OSS AKIDEXAMPLE:abc", "SignatureDoesNotMatch", "0002-00000040"},
        {"Basic abc", "InvalidArgument", "0002-00000061"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.authorization);
        auto head = test::v1_head(oss, "Date", "Mon, 30 Mar 2026 08:00:00 GMT");
        test::set_field(head, "Authorization", r.authorization);
        auto const answer = oss.send(head, "hello");
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
}

}  // namespace sluice
