#include "sign/oss_v4.hpp"

#include "base/hex.hpp"
#include "base/utc_time.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::sign;

namespace
{

// A row of oss_v4.json, ready to be signed.
struct vector_row
{
    explicit vector_row(simdjson::dom::element row)
        : query(test::fields(row, "query")),
          headers(test::fields(row, "headers")),
          time(*parse_iso8601(test::text(row, "time"))),
          timestamp(format_iso8601_basic(time)),
          scope{std::string_view(timestamp).substr(0, 8), test::text(row, "region"), test::text(row, "product")},
          key(oss_v4::derive_key(test::text(row, "access_key_secret"), scope))
    {
        if (test::has(row, "additional_headers"))
            for (std::string_view const name : row["additional_headers"])
                additional.push_back(name);
        request = {
            test::text(row, "method"), test::text(row, "bucket"), test::text(row, "key"), query, headers, additional};
    }
    vector_row(vector_row const&) = delete;
    vector_row& operator=(vector_row const&) = delete;

    test::field_list query;
    test::field_list headers;
    std::vector<std::string_view> additional;
    utc_seconds time;
    std::string timestamp;
    oss_v4::scope scope;
    sha256_digest key;
    oss_v4::request request;
};

void check_steps(simdjson::dom::element row, vector_row const& v, oss_v4::request const& signed_request)
{
    auto const canonical = oss_v4::canonical_request(signed_request);
    CHECK(canonical == test::text(row, "canonical_request"));
    auto const to_sign = oss_v4::string_to_sign(v.timestamp, v.scope, canonical);
    CHECK(to_sign == test::text(row, "string_to_sign"));
    CHECK(oss_v4::signature(v.key, to_sign) == test::text(row, "signature"));
}

void check_header_mode(simdjson::dom::element row)
{
    vector_row const v(row);
    check_steps(row, v, v.request);
    CHECK(oss_v4::authorization(v.request, v.timestamp, v.scope, test::text(row, "access_key_id"), v.key) ==
          test::text(row, "authorization"));
}

void check_presigned(simdjson::dom::element row)
{
    vector_row const v(row);
    std::int64_t const lifetime = row["expires"];
    auto const added = oss_v4::presign(v.request, v.timestamp, v.scope, test::text(row, "access_key_id"),
        test::text(row, "security_token"), std::chrono::seconds(lifetime), v.key);
    REQUIRE(!added.empty());
    CHECK(added.back().first == "x-oss-signature");
    CHECK(added.back().second == test::text(row, "signature"));

    std::vector<field_view> query(v.query.begin(), v.query.end());
    query.insert(query.end(), added.begin(), added.end() - 1);
    auto whole = v.request;
    whole.query = query;
    check_steps(row, v, whole);

    auto expected = test::fields(row, "signed_query");
    std::ranges::sort(expected);
    std::ranges::sort(query);
    CHECK(query == expected);
}

std::string canonical_query(std::span<field_view const> query)
{
    auto const text = oss_v4::canonical_request({"GET", "b", "k", query, {}, {}});
    auto const from = text.find('\n', text.find('\n') + 1) + 1;
    return text.substr(from, text.find('\n', from) - from);
}

}  // namespace

TEST_CASE("OSS V4 gives what the vendor's signers gave")
{
    test::vectors const file("oss_v4.json");
    for (auto const row : file.cases("vectors"))
    {
        CAPTURE(test::text(row, "name"));
        if (test::text(row, "mode") == "presign")
            check_presigned(row);
        else
            check_header_mode(row);
    }
}

TEST_CASE("OSS V4 sorts the query by its encoded names, and gives bare names to empty values")
{
    field_view const query[] = {{"a", ""}, {"\xE5\xAA\x92", "1"}, {"a-b", "2"}, {"a b", "3"}, {"a/b", "4"}, {"A", "/"}};
    CHECK(canonical_query(query) == "%E5%AA%92=1&A=%2F&a&a%20b=3&a%2Fb=4&a-b=2");
}

TEST_CASE("OSS V4 names the resource by bucket and key, whatever they lack")
{
    struct row
    {
        std::string_view bucket, key, resource;
    };
    static constexpr row rows[] = {
        {"", "", "/"},
        {"b", "", "/b/"},
        {"b", "a//b/../c d+e", "/b/a//b/../c%20d%2Be"},
        {"b", "/a/", "/b//a/"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.key);
        auto const text = oss_v4::canonical_request({"PUT", r.bucket, r.key, {}, {}, {}});
        CHECK(text == "PUT\n" + std::string(r.resource) + "\n\n\n\nUNSIGNED-PAYLOAD");
    }
}

TEST_CASE("OSS V4 signs additional headers once each, sorted, without default and absent ones")
{
    field_view const headers[] = {{"Host", " h "}, {"Range", "r"}, {"x-oss-meta-b", "2"}, {"X-Oss-Meta-A", "1"},
        {"x-oss-meta-b", " 3"}, {"Content-MD5", "m"}, {"x-oss-empty", ""}, {"x-oss-content-sha256", "abc"}};
    std::string_view const additional[] = {"range", "Host", "HOST", "content-md5", "x-oss-meta-a", "expires"};
    oss_v4::request const request{"GET", "b", "k", {}, headers, additional};
    CHECK(oss_v4::canonical_request(request) ==
          "GET\n/b/k\n\ncontent-md5:m\nhost:h\nrange:r\nx-oss-content-sha256:abc\nx-oss-empty:\nx-oss-meta-a:1\n"
          "x-oss-meta-b:2,3\n\nhost;range\nabc");

    oss_v4::scope const scope{"20260330", "cn-hangzhou", "oss"};
    auto const authorization =
        oss_v4::authorization(request, "20260330T080530Z", scope, "id", oss_v4::derive_key("secret", scope));
    CHECK(authorization.starts_with("OSS4-HMAC-SHA256 Credential=id/20260330/cn-hangzhou/oss/aliyun_v4_request,"
                                    "AdditionalHeaders=host;range,Signature="));
}

TEST_CASE("the key cache gives the key of its secret, day, region and product")
{
    oss_v4_key_cache cache;
    struct row
    {
        std::string_view secret, day, region, product;
    };
    static constexpr row rows[] = {
        {"s", "20260330", "cn-hangzhou", "oss"},
        {"t", "20260330", "cn-hangzhou", "oss"},
        {"s", "20260331", "cn-hangzhou", "oss"},
        {"s", "20260330", "cn-shanghai", "oss"},
        {"s", "20260330", "cn-hangzhou", "oss-cloudbox"},
        {"s", "20260330", "cn-hangzhou", "oss"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.secret);
        CAPTURE(r.day);
        CHECK(cache.key(r.secret, r.day, r.region, r.product)("text") ==
              hmac_sha256(oss_v4::derive_key(r.secret, {r.day, r.region, r.product}), "text"));
    }
    CHECK(cache.size() == 5);
}

TEST_CASE("the key cache keeps the newest keys and no more than it may")
{
    oss_v4_key_cache cache;
    auto const secret = [](std::size_t i) { return "secret-" + std::to_string(i); };
    for (std::size_t i = 0; i < 3 * oss_v4_key_cache::capacity; ++i)
    {
        CAPTURE(i);
        CHECK(cache.key(secret(i), "20260330", "r", "oss")("text") ==
              hmac_sha256(oss_v4::derive_key(secret(i), {"20260330", "r", "oss"}), "text"));
        CHECK(cache.size() <= oss_v4_key_cache::capacity);
    }
    auto const* const before = &cache.key(secret(3 * oss_v4_key_cache::capacity - 1), "20260330", "r", "oss");
    CHECK(before == &cache.key(secret(3 * oss_v4_key_cache::capacity - 1), "20260330", "r", "oss"));
    CHECK(cache.size() == oss_v4_key_cache::capacity);
}
