#include "emulator/endpoint_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sluice::emulator;

TEST_CASE("the host names the service")
{
    struct row
    {
        std::string_view host;
        std::optional<service_kind> kind;
    };
    static constexpr row rows[] = {
        {"ice.cn-shanghai.aliyuncs.com", service_kind::ims},
        {"ICE.cn-shanghai.aliyuncs.com:8443", service_kind::ims},
        {"ice-vpc.us-west-1.aliyuncs.com", service_kind::ims},
        {"ice.aliyuncs.com", service_kind::ims},
        {"oss-cn-shanghai.aliyuncs.com", service_kind::oss},
        {"bucket.oss-cn-shanghai-internal.aliyuncs.com:80", service_kind::oss},
        {"ice.oss-cn-shanghai.aliyuncs.com", service_kind::oss},  // a bucket of that name
        {"bucket.cn-shanghai.oss.aliyuncs.com", service_kind::oss},
        {"vpc100-oss-cn-hangzhou.aliyuncs.com", service_kind::oss},
        {"bucket.oss-accelerate.aliyuncs.com", service_kind::oss},
        {"127.0.0.1:8080", std::nullopt},
        {"[::1]:8080", std::nullopt},
        {"localhost", std::nullopt},
        {"ice.example.com", std::nullopt},
        {"sts.aliyuncs.com", std::nullopt},
        {"", std::nullopt},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        CHECK(service_of_host(r.host) == r.kind);
    }
}

TEST_CASE("a host is read out of an authority")
{
    CHECK(host_of_authority("Example.COM:80") == "example.com");
    CHECK(host_of_authority("[::1]:80") == "::1");
    CHECK(host_of_authority("[::1") == "::1");
    CHECK(host_of_authority("127.0.0.1") == "127.0.0.1");
}

TEST_CASE("vendor names cover the regions and the one asked for, each once")
{
    auto names = vendor_host_names("xx-nowhere-9");
    for (std::string_view const wanted :
        {"ice.cn-beijing.aliyuncs.com", "ice-vpc.ap-southeast-1.aliyuncs.com", "*.oss-us-west-1.aliyuncs.com",
            "oss-eu-central-1-internal.aliyuncs.com", "*.cn-shanghai.oss.aliyuncs.com", "ice.xx-nowhere-9.aliyuncs.com",
            "*.oss-xx-nowhere-9.aliyuncs.com", "*.oss-accelerate-overseas.aliyuncs.com"})
    {
        CAPTURE(wanted);
        CHECK(std::ranges::count(names, wanted) == 1);
    }
    std::ranges::sort(names);
    CHECK(std::ranges::adjacent_find(names) == names.end());
}
