#include "oss/object_location.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::oss;

TEST_CASE("an endpoint's form gives the region and product of signatures")
{
    struct row
    {
        std::string_view host, region, product;  // no region: none
    };
    static constexpr row rows[] = {
        {"oss-cn-shanghai.aliyuncs.com", "cn-shanghai", "oss"},
        {"oss-cn-shanghai-internal.aliyuncs.com", "cn-shanghai", "oss"},
        {"oss-cn-shanghai-finance-1.aliyuncs.com", "cn-shanghai-finance-1", "oss"},
        {"oss-us-west-1.aliyuncs.com", "us-west-1", "oss"},
        {"ap-southeast-1.oss.aliyuncs.com", "ap-southeast-1", "oss"},
        {"vpc100-oss-cn-beijing.aliyuncs.com", "cn-beijing", "oss"},
        {"cb-f8z7yvzgwfkl9q0h.cn-hangzhou.oss-cloudbox.aliyuncs.com", "cb-f8z7yvzgwfkl9q0h", "oss-cloudbox"},
        {"cb-1.cn-shenzhen.oss-cloudbox-control.aliyuncs.com", "cb-1", "oss-cloudbox"},
        {"oss-accelerate.aliyuncs.com", "", ""},
        {"oss-accelerate-overseas.aliyuncs.com", "", ""},
        {"bucket.oss-cn-shanghai.aliyuncs.com", "", ""},
        {"cb-1.oss-cloudbox.aliyuncs.com", "", ""},
        {"cb-.cn-hangzhou.oss-cloudbox.aliyuncs.com", "", ""},
        {"b.cb-1.cn-hangzhou.oss-cloudbox.aliyuncs.com", "", ""},
        {"oss-.aliyuncs.com", "", ""},
        {"oss.aliyuncs.com", "", ""},
        {".oss.aliyuncs.com", "", ""},
        {"oss-cn-shanghai.aliyuncs.com.example", "", ""},
        {"media.example.com", "", ""},
        {"127.0.0.1", "", ""},
        {"localhost", "", ""},
        {"", "", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        auto const found = region_from_endpoint(r.host);
        CHECK(found.has_value() == !r.region.empty());
        if (found)
        {
            CHECK(found->region == r.region);
            CHECK(found->product == r.product);
        }
    }
}

TEST_CASE("a location is addressed as its endpoint demands")
{
    struct row
    {
        std::string_view endpoint, origin, path, region;
    };
    static constexpr row rows[] = {
        {"https://oss-cn-shanghai.aliyuncs.com", "https://media.oss-cn-shanghai.aliyuncs.com", "/a/b.mp4",
            "cn-shanghai"},
        {"oss-cn-shanghai.aliyuncs.com", "https://media.oss-cn-shanghai.aliyuncs.com", "/a/b.mp4", "cn-shanghai"},
        {"http://OSS-cn-Shanghai.aliyuncs.com:8080/", "http://media.oss-cn-shanghai.aliyuncs.com:8080", "/a/b.mp4",
            "cn-shanghai"},
        {"https://oss-cn-shanghai.aliyuncs.com/some/path", "https://media.oss-cn-shanghai.aliyuncs.com", "/a/b.mp4",
            "cn-shanghai"},
        {"https://media.oss-cn-shanghai.aliyuncs.com", "https://media.oss-cn-shanghai.aliyuncs.com", "/a/b.mp4",
            "cn-shanghai"},
        {"https://cn-shanghai.oss.aliyuncs.com", "https://media.cn-shanghai.oss.aliyuncs.com", "/a/b.mp4",
            "cn-shanghai"},
        {"https://oss-accelerate.aliyuncs.com", "https://media.oss-accelerate.aliyuncs.com", "/a/b.mp4", ""},
        {"http://127.0.0.1:9000", "http://127.0.0.1:9000", "/media/a/b.mp4", ""},
        {"https://[::1]:9443", "https://[::1]:9443", "/media/a/b.mp4", ""},
        {"https://localhost:9443", "https://localhost:9443", "/media/a/b.mp4", ""},
        {"https://cdn.example.com", "https://cdn.example.com", "/a/b.mp4", ""},
        // Another bucket's host can only be meant as a domain of its own.
        {"https://other.oss-cn-shanghai.aliyuncs.com", "https://other.oss-cn-shanghai.aliyuncs.com", "/a/b.mp4", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.endpoint);
        auto const at = make_location(r.endpoint, "media", "a/b.mp4", {});
        REQUIRE(at.has_value());
        CHECK(at->origin().url() == r.origin);
        CHECK(at->path() == r.path);
        CHECK(at->region == r.region);
        CHECK(at->url() == "oss://media/a/b.mp4");
    }
}

TEST_CASE("a location without a key is the bucket")
{
    CHECK(make_location("http://127.0.0.1", "media", "", {})->path() == "/media/");
    CHECK(make_location("oss-cn-shanghai.aliyuncs.com", "media", "", {})->path() == "/");
    CHECK(make_location("cdn.example.com", "media", "", {})->path() == "/");
}

TEST_CASE("a stated region wins over the endpoint's, but a cloud box signs with its id")
{
    struct row
    {
        std::string_view endpoint, stated, region, product;
    };
    static constexpr row rows[] = {
        {"oss-cn-shanghai.aliyuncs.com", "cn-beijing", "cn-beijing", "oss"},
        {"oss-cn-shanghai.aliyuncs.com", "oss-cn-beijing", "cn-beijing", "oss"},
        {"oss-accelerate.aliyuncs.com", "cn-beijing", "cn-beijing", "oss"},
        {"127.0.0.1", "cn-beijing", "cn-beijing", "oss"},
        {"cb-1.cn-hangzhou.oss-cloudbox.aliyuncs.com", "cn-hangzhou", "cb-1", "oss-cloudbox"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.endpoint);
        auto const at = make_location(r.endpoint, "media", "k", r.stated);
        REQUIRE(at.has_value());
        CHECK(at->region == r.region);
        CHECK(at->product == r.product);
    }
}

TEST_CASE("a key goes into the path byte for byte, strictly escaped")
{
    struct row
    {
        std::string_view key, path;
    };
    static constexpr row rows[] = {
        {"a b+c%.mp4", "/a%20b%2Bc%25.mp4"},
        {"a//b", "/a//b"},
        {"a/../b", "/a/../b"},
        {"a/./b/", "/a/./b/"},
        {"-._~!'()*", "/-._~%21%27%28%29%2A"},
        {"a?b#c&d=e", "/a%3Fb%23c%26d%3De"},
        {"\xE5\xAA\x92.ts", "/%E5%AA%92.ts"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.key);
        CHECK(make_location("oss-cn-shanghai.aliyuncs.com", "media", r.key, {})->path() == r.path);
    }
}

TEST_CASE("names that the service does not allow are refused before anything is sent")
{
    std::string const longest(1023, 'k');
    struct row
    {
        std::string bucket, key, region;
        bool good;
    };
    row const rows[] = {
        {"abc", "k", "", true},
        {"a-1", "k", "", true},
        {std::string(63, 'b'), "k", "", true},
        {std::string(64, 'b'), "k", "", false},
        {"ab", "k", "", false},
        {"", "k", "", false},
        {"-ab", "k", "", false},
        {"ab-", "k", "", false},
        {"Abc", "k", "", false},
        {"a.b", "k", "", false},
        {"a_b", "k", "", false},
        {"a/b", "k", "", false},
        {"a\r\nb", "k", "", false},
        {"abc", longest, "", true},
        {"abc", longest + "k", "", false},
        {"abc", "/k", "", false},
        {"abc", "\\k", "", false},
        {"abc", "k/", "", true},
        {"abc", "k\\", "", true},
        {"abc", "k\r\nx-oss-acl: 1", "", false},
        {"abc", std::string("k\0k", 3), "", false},
        {"abc", "k\x7F", "", false},
        {"abc", "\xFF\xFE", "", false},
        {"abc", "\xE5\xAA\x92", "", true},
        {"abc", "k", "cn-shanghai", true},
        {"abc", "k", "cn shanghai", false},
        {"abc", "k", "CN", false},
        {"abc", "k", "oss-", false},
        {"abc", "k", "cn\r\n", false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.bucket);
        CAPTURE(r.key);
        CAPTURE(r.region);
        auto const at = make_location("oss-cn-shanghai.aliyuncs.com", r.bucket, r.key, r.region);
        CHECK(at.has_value() == r.good);
        if (!at)
        {
            CHECK(at.error().code == errc::invalid_argument);
            CHECK(at.error().attempts == 0);
            CHECK(at.error().message.find_first_of("\r\n") == std::string::npos);
        }
    }
}

TEST_CASE("an endpoint that is none is refused")
{
    for (auto const* const url : {"", "https://", "ftp://oss-cn-shanghai.aliyuncs.com", "https://a b", "https://h:0"})
    {
        CAPTURE(url);
        CHECK(make_location(url, "media", "k", {}).error().code == errc::invalid_argument);
    }
}
