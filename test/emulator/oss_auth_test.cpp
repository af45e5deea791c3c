#include "emulator/oss_client.hpp"

#include "base/base64.hpp"
#include "base/percent.hpp"
#include "base/utc_time.hpp"
#include "sign/oss_v1.hpp"
#include "sign/oss_v4.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace sluice
{

using namespace std::chrono_literals;
using test::oss_answer;
using test::oss_call;
using test::oss_client;

namespace
{

oss_call const put_call{.method = "PUT", .key = "a b", .body = "hello"};

void set_field(emulator::request_head& head, std::string_view name, std::string_view value)
{
    for (auto& [n, v] : head.fields)
    {
        if (n == name)
            v = value;
    }
}

void replace(std::string& text, std::string_view from, std::string_view to)
{
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

std::string authorization_of(emulator::request_head const& head)
{
    return std::string(head.field("authorization"));
}

// A presigned V4 URL's target for the key "a b".
std::string presigned_v4(oss_client const& oss, std::string const& method, std::chrono::seconds life,
    credentials const& key, test::pair_list const& more = {})
{
    auto const timestamp = format_iso8601_basic(std::chrono::floor<std::chrono::seconds>(oss.clock->now()));
    sign::oss_v4::scope const scope{std::string_view(timestamp).substr(0, 8), test::test_region, "oss"};
    std::vector<sign::field_view> const query(more.begin(), more.end());
    sign::oss_v4::request const request{method, test::test_bucket, "a b", query, {}, {}};
    auto const added = sign::oss_v4::presign(request, timestamp, scope, key.access_key_id, key.security_token.reveal(),
        life, sign::oss_v4::derive_key(key.access_key_secret.reveal(), scope));
    std::string target = "/a%20b?";
    for (auto const& [name, value] : more)
        target += name + '=' + uri_encode(value, slash::escape) + '&';
    for (auto const& [name, value] : added)
        target += name + '=' + uri_encode(value, slash::escape) + '&';
    return target;
}

std::string presigned_v1(
    oss_client const& oss, std::string const& method, std::chrono::seconds life, credentials const& key)
{
    sign::oss_v1::request const request{method, test::test_bucket, "a b", {}, {}};
    auto const end = std::chrono::floor<std::chrono::seconds>(oss.clock->now()) + life;
    std::string target = "/a%20b?";
    for (auto const& [name, value] : sign::oss_v1::presign(
             request, end, key.access_key_id, key.access_key_secret.reveal(), key.security_token.reveal()))
        target += name + '=' + uri_encode(value, slash::escape) + '&';
    return target;
}

oss_answer follow(oss_client& oss, std::string const& method, std::string const& target)
{
    emulator::request_head head;
    head.method = method;
    head.target = target;
    head.fields = {{"Host", std::string(test::test_bucket) + ".oss-cn-shanghai.aliyuncs.com"}, {"Content-Length", "5"}};
    return oss.send(head, method == "PUT" ? "hello" : "");
}

// V1 in the header, with the date in `date_field`.
emulator::request_head v1_head(oss_client const& oss, std::string const& date_field, std::string const& date)
{
    emulator::request_head head;
    head.method = "PUT";
    head.target = "/a%20b";
    head.fields = {{"Host", std::string(test::test_bucket) + ".oss-cn-shanghai.aliyuncs.com"}, {"Content-Length", "5"}};
    if (!date_field.empty())
        head.fields.emplace_back(date_field, date);
    std::vector<sign::field_view> const fields(head.fields.begin(), head.fields.end());
    sign::oss_v1::request const request{head.method, test::test_bucket, "a b", {}, fields};
    head.fields.emplace_back("Authorization",
        sign::oss_v1::authorization(request, oss.account.access_key_id, oss.account.access_key_secret.reveal()));
    return head;
}

}  // namespace

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
        {"/aliyun_v4_request", "/aliyun_v3_request", 400, "InvalidArgument", ""},
        {"AKIDEXAMPLE/", "", 400, "InvalidArgument", ""},
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
        auto head = oss.signed_head(put_call);
        auto authorization = authorization_of(head);
        replace(authorization, r.from, r.to);
        set_field(head, "Authorization", authorization);
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
    auto head = oss.signed_head(put_call);
    auto authorization = authorization_of(head);
    replace(authorization, ",Signature=", ", Signature=");
    set_field(head, "Authorization", authorization);
    CHECK(oss.send(head, "hello").status() == 200);
}

TEST_CASE("a wrong signature is answered with what the server computed")
{
    oss_client oss;
    auto head = oss.signed_head(put_call);
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
    auto const answer = follow(oss, "GET", "/a%20b");
    CHECK(answer.status() == 403);
    CHECK(answer.code() == "AccessDenied");
    CHECK(answer.field("x-oss-ec") == "0003-00000001");
}

TEST_CASE("a HEAD that is refused carries its error in a header")
{
    oss_client oss;
    auto const answer = follow(oss, "HEAD", "/a%20b");
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
        auto const head = oss.signed_head(put_call);
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
        {"x-oss-content-sha256", "", "InvalidArgument", ""},
        {"x-oss-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "InvalidArgument",
            ""},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.value);
        auto head = oss.signed_head(put_call);
        set_field(head, r.name, r.value);
        auto const answer = oss.send(head, "hello");
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
}

TEST_CASE("a temporary key is good with its token, in its life, for its object")
{
    oss_client oss;
    auto const key = oss.tokens.issue(test::test_bucket, "a b", 1h).secret;
    CHECK(oss.send(oss.signed_head(put_call, key), "hello").status() == 200);

    auto other = key;
    other.security_token = "CAISother";
    CHECK(oss.send(oss.signed_head(put_call, other), "hello").code() == "InvalidSecurityToken");
    other.security_token = secret_string();
    CHECK(oss.send(oss.signed_head(put_call, other), "hello").code() == "InvalidSecurityToken");

    auto const elsewhere = oss.send(oss.signed_head({.method = "PUT", .key = "a c"}, key), "");
    CHECK(elsewhere.status() == 403);
    CHECK(elsewhere.code() == "AccessDenied");
    auto const listing = oss.signed_head({.method = "GET", .key = "", .query = {{"uploads", ""}}}, key);
    CHECK(oss.send(listing, "").code() == "AccessDenied");

    oss.clock->advance(1h);
    auto const late = oss.send(oss.signed_head(put_call, key), "hello");
    CHECK(late.status() == 403);
    CHECK(late.code() == "SecurityTokenExpired");
    CHECK(late.field("x-oss-ec") == "0002-00000007");
}

TEST_CASE("a token with a long-lived key is refused")
{
    oss_client oss;
    auto key = oss.account;
    key.security_token = "CAISother";
    auto const answer = oss.send(oss.signed_head(put_call, key), "hello");
    CHECK(answer.status() == 403);
    CHECK(answer.code() == "InvalidAccessKeyId");
    CHECK(answer.field("x-oss-ec") == "0002-00000002");
}

TEST_CASE("a presigned URL works in its life")
{
    for (bool const v4 : {true, false})
    {
        CAPTURE(v4);
        oss_client oss;
        auto const presigned = [&](std::string const& method, credentials const& key) {
            return v4 ? presigned_v4(oss, method, 600s, key) : presigned_v1(oss, method, 600s, key);
        };
        auto const target = presigned("PUT", oss.account);
        CHECK(follow(oss, "PUT", target).status() == 200);
        CHECK(follow(oss, "GET", target).code() == "SignatureDoesNotMatch");
        CHECK(follow(oss, "GET", presigned("GET", oss.account)).reply.body == "hello");

        auto const key = oss.tokens.issue(test::test_bucket, "a b", 1h).secret;
        CHECK(follow(oss, "HEAD", presigned("HEAD", key)).status() == 200);

        oss.clock->advance(600s);
        CHECK(follow(oss, "PUT", target).status() == 200);
        oss.clock->advance(1s);
        auto const late = follow(oss, "PUT", target);
        CHECK(late.status() == 403);
        CHECK(late.code() == "AccessDenied");
        CHECK(late.field("x-oss-ec") == "0002-00000069");
        CHECK(late.element("Expires") == "2026-03-30T08:10:00.000Z");
    }
}

TEST_CASE("a presigned URL of V4 says how long it lives, at most seven days")
{
    oss_client oss;
    CHECK(follow(oss, "PUT", presigned_v4(oss, "PUT", 604800s, oss.account)).status() == 200);
    for (auto const life : {0s, 604801s})
    {
        auto const answer = follow(oss, "PUT", presigned_v4(oss, "PUT", life, oss.account));
        CHECK(answer.status() == 400);
        CHECK(answer.code() == "InvalidArgument");
    }
}

TEST_CASE("a presigned URL that lacks something is refused")
{
    oss_client oss;
    auto const v4 = presigned_v4(oss, "PUT", 600s, oss.account);
    for (std::string_view const name :
        {"x-oss-signature-version=", "x-oss-credential=", "x-oss-date=", "x-oss-expires=", "x-oss-signature="})
    {
        CAPTURE(name);
        auto target = v4;
        replace(target, name, "other=");
        CHECK(follow(oss, "PUT", target).code() == "InvalidArgument");
    }
    auto const v1 = presigned_v1(oss, "PUT", 600s, oss.account);
    for (std::string_view const name : {"OSSAccessKeyId=", "Expires=", "Signature="})
    {
        CAPTURE(name);
        auto target = v1;
        replace(target, name, "other=");
        CHECK(follow(oss, "PUT", target).code() == "AccessDenied");
    }
    auto target = v1;
    replace(target, "Expires=", "Expires=x");
    CHECK(follow(oss, "PUT", target).field("x-oss-ec") == "0002-00000070");
}

TEST_CASE("a presigned URL from a clock that is far ahead is refused")
{
    oss_client oss;
    auto const sent = oss.clock->now();
    oss.clock->set_system_time(sent + 16min);
    auto const target = presigned_v4(oss, "PUT", 600s, oss.account);
    oss.clock->set_system_time(sent);
    CHECK(follow(oss, "PUT", target).code() == "RequestTimeTooSkewed");
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
        auto const answer = oss.send(v1_head(oss, r.name, r.date), "hello");
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
        {"OSS AKIDEXAMPLE", "InvalidArgument", ""},
        {"OSS :abc", "InvalidArgument", ""},
        {"OSS AKIDEXAMPLE:", "InvalidArgument", ""},
        {"OSS AKIDANOTHER:abc", "InvalidAccessKeyId", "0002-00000902"},
        {"OSS AKIDEXAMPLE:abc", "SignatureDoesNotMatch", "0002-00000040"},
        {"Basic abc", "InvalidArgument", "0002-00000061"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.authorization);
        auto head = v1_head(oss, "Date", "Mon, 30 Mar 2026 08:00:00 GMT");
        set_field(head, "Authorization", r.authorization);
        auto const answer = oss.send(head, "hello");
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
}

}  // namespace sluice
