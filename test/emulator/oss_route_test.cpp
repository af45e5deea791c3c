#include "emulator/oss_route.hpp"

#include <doctest/doctest.h>

namespace sluice::emulator
{

namespace
{

std::map<std::string, std::string> const domains{{"media.example.com", "media-bucket"}};

}  // namespace

TEST_CASE("the bucket is chosen by the host")
{
    struct row
    {
        std::string_view host, path, bucket, key;
    };
    static constexpr row rows[] = {
        // Virtual hosts, at every form of endpoint.
        {"b-1.oss-cn-shanghai.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.OSS-cn-shanghai.Aliyuncs.com:443", "/k", "b-1", "k"},
        {"b-1.oss-cn-shanghai-internal.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.cn-shanghai.oss.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.oss-accelerate.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.oss-accelerate-overseas.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.vpc100-oss-cn-beijing.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.cb-f8z7yvzgwfkl9q0h.cn-heyuan.oss-cloudbox.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.cb-f8z7yvzgwfkl9q0h.cn-heyuan.oss-cloudbox-control.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.cn-shanghai.aliyuncs.com", "/k", "b-1", "k"},
        {"b-1.localhost:8080", "/k", "b-1", "k"},
        // Path style, where there are no labels to put a bucket in.
        {"localhost", "/b-1/k", "b-1", "k"},
        {"127.0.0.1:8080", "/b-1/a/b//c", "b-1", "a/b//c"},
        {"[::1]:8080", "/b-1/k", "b-1", "k"},
        {"127.0.0.1", "/b-1/", "b-1", ""},
        {"127.0.0.1", "/b-1", "b-1", ""},
        {"127.0.0.1", "/", "", ""},
        {"127.0.0.1", "/b-1//k", "b-1", "/k"},
        // A bound domain, and the service itself.
        {"media.example.com", "/b-1/k", "media-bucket", "b-1/k"},
        {"Media.Example.Com:8443", "/k", "media-bucket", "k"},
        {"oss-cn-shanghai.aliyuncs.com", "/", "", ""},
        {"cn-shanghai.oss.aliyuncs.com", "/", "", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        CAPTURE(r.path);
        auto const found = locate(r.host, r.path, domains);
        REQUIRE(found.has_value());
        CHECK(found->bucket == r.bucket);
        CHECK(found->key == r.key);
    }
}

TEST_CASE("hosts that lead to no bucket are refused")
{
    struct row
    {
        std::string_view host, path, code;
    };
    static constexpr row rows[] = {
        {"oss-cn-shanghai.aliyuncs.com", "/b-1/k", "SecondLevelDomainForbidden"},
        {"oss-accelerate.aliyuncs.com", "/b-1/k", "SecondLevelDomainForbidden"},
        {"cn-shanghai.oss.aliyuncs.com", "/b-1/k", "SecondLevelDomainForbidden"},
        {"other.example.com", "/k", "NoSuchBucket"},
        {"a.b.oss-cn-shanghai.aliyuncs.com", "/k", "NoSuchBucket"},
        {"", "/k", "NoSuchBucket"},
        {"aliyuncs.com", "/k", "NoSuchBucket"},
        {"127.0.0.1", "k", "InvalidArgument"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        auto const found = locate(r.host, r.path, domains);
        REQUIRE(found.has_error());
        CHECK(found.error().code == r.code);
    }
}

TEST_CASE("a cloud box's id is its region for signing")
{
    CHECK(cloud_box_id("b-1.cb-a1.cn-heyuan.oss-cloudbox.aliyuncs.com") == "cb-a1");
    CHECK(cloud_box_id("cb-a1.cn-heyuan.oss-cloudbox-control.aliyuncs.com:80") == "cb-a1");
    CHECK(cloud_box_id("b-1.oss-cn-shanghai.aliyuncs.com").empty());
    CHECK(cloud_box_id("localhost").empty());
}

}  // namespace sluice::emulator
