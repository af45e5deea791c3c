#include "sign/acs3.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::sign;

TEST_CASE("ACS3 gives what the vendor's signer gave")
{
    test::vectors const file("acs3.json");
    for (auto const row : file.cases("vectors"))
    {
        CAPTURE(test::text(row, "name"));
        auto const query = test::fields(row, "query");
        auto const headers = test::fields(row, "headers");
        auto const payload = to_hex(sha256(test::text(row, "body")));
        acs3::request const request{test::text(row, "method"), test::text(row, "path"), query, headers, payload};

        auto const canonical = acs3::canonical_request(request);
        CHECK(canonical == test::text(row, "canonical_request"));
        auto const to_sign = acs3::string_to_sign(canonical);
        CHECK(to_sign == test::text(row, "string_to_sign"));
        auto const secret = test::text(row, "access_key_secret");
        auto const authorization = test::text(row, "authorization");
        CHECK(acs3::authorization(request, test::text(row, "access_key_id"), secret) == authorization);
        CHECK(authorization.ends_with(",Signature=" + acs3::signature(to_sign, secret)));
        CHECK(authorization.find("SignedHeaders=" + acs3::signed_header_names(headers) + ",") != std::string::npos);
    }
}

TEST_CASE("ACS3 sorts the query by name, not by `name=value`")
{
    field_view const query[] = {
        {"UserData1", "d"}, {"UserData_1", "e"}, {"UserData", "a"}, {"UserData.1", "c"}, {"UserData-1", "b"}};
    CHECK(acs3::canonical_query(query) == "UserData=a&UserData-1=b&UserData.1=c&UserData1=d&UserData_1=e");
}

TEST_CASE("ACS3 escapes all of a query but unreserved characters, and keeps the `=` of an empty value")
{
    struct row
    {
        std::string_view value, escaped;
    };
    static constexpr row rows[] = {
        {"", "K="},
        {"a b+c*d~e", "K=a%20b%2Bc%2Ad~e"},
        {"!'()/", "K=%21%27%28%29%2F"},
        {"%2F", "K=%252F"},
        {"\xE5\xAA\x92", "K=%E5%AA%92"},
        {"\xFF\x01", "K=%FF%01"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.value);
        field_view const query[] = {{"K", r.value}};
        CHECK(acs3::canonical_query(query) == r.escaped);
    }
}

TEST_CASE("ACS3 signs host, content-type and x-acs-*, and nothing that only looks like them")
{
    field_view const headers[] = {{"X-Acs-Date", "d"}, {"Host", "h"}, {"Content-Type", "t"}, {"x-acs", "no"},
        {"x-acsfoo", "no"}, {"Date", "no"}, {"accept", "no"}, {"x-acs-date", "e"}};
    CHECK(acs3::signed_header_names(headers) == "content-type;host;x-acs-date");
}

TEST_CASE("ACS3 joins the values of one header in the order of the values, trimmed")
{
    field_view const headers[] = {{"x-acs-b", " 2 "}, {"X-ACS-B", "1"}, {"x-acs-a", ""}, {"x-acs-b", "a  b"}};
    acs3::request const request{"POST", "", {}, headers, "hash"};
    CHECK(acs3::canonical_request(request) == "POST\n/\n\nx-acs-a:\nx-acs-b:1,2,a  b\n\nx-acs-a;x-acs-b\nhash");
}

TEST_CASE("ACS3 takes a path as it is sent, but for the spellings that encoders differ in")
{
    acs3::request const request{"GET", "/a+b*c%7Ed%20e%2F", {}, {}, ""};
    CHECK(acs3::canonical_request(request).starts_with("GET\n/a%20b%2Ac~d%20e%2F\n"));
}
