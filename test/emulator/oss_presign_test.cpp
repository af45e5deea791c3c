#include "emulator/oss_auth_calls.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace sluice
{

using namespace std::chrono_literals;
using test::oss_call;
using test::oss_client;

TEST_CASE("a presigned URL works in its life")
{
    for (bool const v4 : {true, false})
    {
        CAPTURE(v4);
        oss_client oss;
        auto const presigned = [&](std::string const& method, credentials const& key) {
            return v4 ? test::presigned_v4(oss, method, 600s, key) : test::presigned_v1(oss, method, 600s, key);
        };
        auto const target = presigned("PUT", oss.account);
        CHECK(test::follow(oss, "PUT", target).status() == 200);
        CHECK(test::follow(oss, "GET", target).code() == "SignatureDoesNotMatch");
        CHECK(test::follow(oss, "GET", presigned("GET", oss.account)).reply.body == "hello");

        auto const key = oss.tokens.issue(test::test_bucket, "a b", 1h).secret;
        CHECK(test::follow(oss, "HEAD", presigned("HEAD", key)).status() == 200);

        oss.clock->advance(600s);
        CHECK(test::follow(oss, "PUT", target).status() == 200);
        oss.clock->advance(1s);
        auto const late = test::follow(oss, "PUT", target);
        CHECK(late.status() == 403);
        CHECK(late.code() == "AccessDenied");
        CHECK(late.field("x-oss-ec") == "0002-00000069");
        CHECK(late.element("Expires") == "2026-03-30T08:10:00.000Z");
    }
}

TEST_CASE("a presigned URL of V1 that has expired is refused before its signature is looked at")
{
    oss_client oss;
    auto target = test::presigned_v1(oss, "PUT", 600s, oss.account);
    test::replace(target, "Signature=", "Signature=x");
    CHECK(test::follow(oss, "PUT", target).code() == "SignatureDoesNotMatch");
    oss.clock->advance(601s);
    auto const late = test::follow(oss, "PUT", target);
    CHECK(late.status() == 403);
    CHECK(late.code() == "AccessDenied");
    CHECK(late.element("Message") == "Request has expired.");
}

TEST_CASE("a presigned URL of V4 says how long it lives, at most seven days")
{
    oss_client oss;
    CHECK(test::follow(oss, "PUT", test::presigned_v4(oss, "PUT", 604800s, oss.account)).status() == 200);
    for (auto const life : {0s, 604801s})
    {
        auto const answer = test::follow(oss, "PUT", test::presigned_v4(oss, "PUT", life, oss.account));
        CHECK(answer.status() == 400);
        CHECK(answer.code() == "InvalidArgument");
    }
}

TEST_CASE("a presigned URL that lacks something is refused")
{
    oss_client oss;
    auto const v4 = test::presigned_v4(oss, "PUT", 600s, oss.account);
    auto const v1 = test::presigned_v1(oss, "PUT", 600s, oss.account);
    struct row
    {
        std::string const& url;
        std::string_view name, code, ec;
    };
    row const rows[] = {
        {v4, "x-oss-signature-version=", "InvalidArgument", ""},
        {v4, "x-oss-credential=", "InvalidArgument", "0002-00000217"},
        {v4, "x-oss-date=", "InvalidArgument", ""},
        {v4, "x-oss-expires=", "InvalidArgument", "0002-00000215"},
        {v4, "x-oss-signature=", "InvalidArgument", "0002-00000219"},
        {v1, "OSSAccessKeyId=", "AccessDenied", "0002-00000071"},
        {v1, "Expires=", "AccessDenied", ""},
        {v1, "Signature=", "AccessDenied", "0002-00000074"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.name);
        auto target = r.url;
        test::replace(target, r.name, "other=");
        auto const answer = test::follow(oss, "PUT", target);
        CHECK(answer.code() == r.code);
        CHECK(answer.field("x-oss-ec") == r.ec);
    }
    auto bad_date = v4;
    test::replace(bad_date, "x-oss-date=", "x-oss-date=x");
    CHECK(test::follow(oss, "PUT", bad_date).field("x-oss-ec") == "0002-00000223");
    auto target = v1;
    test::replace(target, "Expires=", "Expires=x");
    CHECK(test::follow(oss, "PUT", target).field("x-oss-ec") == "0002-00000070");
}

TEST_CASE("a presigned URL from a clock that is far ahead is refused")
{
    oss_client oss;
    auto const sent = oss.clock->now();
    oss.clock->set_system_time(sent + 16min);
    auto const target = test::presigned_v4(oss, "PUT", 600s, oss.account);
    oss.clock->set_system_time(sent);
    CHECK(test::follow(oss, "PUT", target).code() == "RequestTimeTooSkewed");
}

}  // namespace sluice
