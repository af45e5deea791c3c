#include "sign/oss_v1.hpp"

#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::sign;

namespace
{

oss_v1::request request_of(
    simdjson::dom::element row, std::span<field_view const> query, std::span<field_view const> headers)
{
    return {test::text(row, "method"), test::text(row, "bucket"), test::text(row, "key"), query, headers};
}

void check_header_mode(simdjson::dom::element row, oss_v1::request const& request)
{
    auto const to_sign = oss_v1::string_to_sign(request, test::text(row, "date_slot"));
    CHECK(to_sign == test::text(row, "string_to_sign"));
    auto const secret = test::text(row, "access_key_secret");
    CHECK(oss_v1::signature(to_sign, secret) == test::text(row, "signature"));
    CHECK(oss_v1::authorization(request, test::text(row, "access_key_id"), secret) == test::text(row, "authorization"));
}

void check_presigned(simdjson::dom::element row, oss_v1::request const& request)
{
    std::int64_t const lifetime = row["expires"];
    auto const expires = *parse_iso8601(test::text(row, "time")) + std::chrono::seconds(lifetime);
    auto const token = test::text(row, "security_token");
    auto const added = oss_v1::presign(
        request, expires, test::text(row, "access_key_id"), test::text(row, "access_key_secret"), token);

    std::vector<field_view> expected = {{"OSSAccessKeyId", test::text(row, "access_key_id")},
        {"Expires", test::text(row, "date_slot")}, {"Signature", test::text(row, "signature")}};
    if (!token.empty())
        expected.emplace_back("security-token", token);
    CHECK(std::vector<field_view>(added.begin(), added.end()) == expected);
}

}  // namespace

TEST_CASE("OSS V1 gives what the vendor's signers gave")
{
    test::vectors const file("oss_v1.json");
    for (auto const row : file.cases("vectors"))
    {
        CAPTURE(test::text(row, "name"));
        auto const query = test::fields(row, "query");
        auto const headers = test::fields(row, "headers");
        auto const request = request_of(row, query, headers);
        if (test::text(row, "mode") == "presign")
            check_presigned(row, request);
        else
            check_header_mode(row, request);
    }
}

TEST_CASE("OSS V1 signs sub-resources alone, sorted, decoded")
{
    field_view const query[] = {{"uploadId", "a/b="}, {"prefix", "p"}, {"partNumber", "1"}, {"max-parts", "5"},
        {"x-oss-traffic-limit", "819200"}, {"uploads", ""}, {"part-number-marker", "3"}};
    oss_v1::request const request{"PUT", "b", "k y/\xE5\xAA\x92", query, {}};
    CHECK(oss_v1::string_to_sign(request, "D") ==
          "PUT\n\n\nD\n/b/k y/\xE5\xAA\x92?partNumber=1&uploadId=a/b=&uploads&x-oss-traffic-limit=819200");
}

TEST_CASE("OSS V1 names the service, a bucket and an object")
{
    struct row
    {
        std::string_view bucket, key, text;
    };
    static constexpr row rows[] = {
        {"", "", "GET\n\n\nD\n/"},
        {"b", "", "GET\n\n\nD\n/b/"},
        {"b", "k", "GET\n\n\nD\n/b/k"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        CHECK(oss_v1::string_to_sign({"GET", r.bucket, r.key, {}, {}}, "D") == r.text);
    }
}

TEST_CASE("OSS V1 takes the date from x-oss-date before Date, and each x-oss-* header once")
{
    field_view const headers[] = {{"Date", "one"}, {"X-OSS-Date", "two"}, {"x-oss-meta-a", " 1 "},
        {"X-Oss-Meta-A", "2"}, {"content-md5", "m"}, {"Content-Type", "t"}};
    oss_v1::request const request{"PUT", "b", "k", {}, headers};
    auto const expected = "PUT\nm\nt\ntwo\nx-oss-date:two\nx-oss-meta-a:1,2\n/b/k";
    CHECK(oss_v1::authorization(request, "id", "secret") == "OSS id:" + oss_v1::signature(expected, "secret"));
}
