#include "base/endpoint.hpp"

#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("an endpoint is scheme, host and port")
{
    struct row
    {
        std::string_view text;
        bool tls;
        std::string_view host;
        std::uint16_t port, effective_port;
        bool is_address;
        std::string_view url;
    };
    static constexpr row rows[] = {
        {"ice.cn-shanghai.aliyuncs.com", true, "ice.cn-shanghai.aliyuncs.com", 0, 443, false,
            "https://ice.cn-shanghai.aliyuncs.com"},
        {"http://OSS-CN-Shanghai.aliyuncs.com/", false, "oss-cn-shanghai.aliyuncs.com", 0, 80, false,
            "http://oss-cn-shanghai.aliyuncs.com"},
        {"HTTPS://localhost:8443/", true, "localhost", 8443, 8443, false, "https://localhost:8443"},
        {"hTTp://127.0.0.1:80", false, "127.0.0.1", 80, 80, true, "http://127.0.0.1"},
        {"a:443", true, "a", 443, 443, false, "https://a"},
        {"http://a:443", false, "a", 443, 443, false, "http://a:443"},
        {"http://[::1]:9000", false, "::1", 9000, 9000, true, "http://[::1]:9000"},
        {"[FE80::A]", true, "fe80::a", 0, 443, true, "https://[fe80::a]"},
        {"1.2.3", true, "1.2.3", 0, 443, false, "https://1.2.3"},
        {"a:65535", true, "a", 65535, 65535, false, "https://a:65535"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        auto const parsed = parse_endpoint(r.text);
        REQUIRE(parsed.has_value());
        CHECK(parsed->tls == r.tls);
        CHECK(parsed->host == r.host);
        CHECK(parsed->port == r.port);
        CHECK(parsed->effective_port() == r.effective_port);
        CHECK(parsed->host_is_address == r.is_address);
        CHECK(parsed->url() == r.url);
        CHECK(parse_endpoint(parsed->url())->authority() == parsed->authority());
    }
}

TEST_CASE("messages name the port always, and put an IPv6 address in brackets")
{
    CHECK(parse_endpoint("a.example")->host_and_port() == "a.example:443");
    CHECK(parse_endpoint("http://127.0.0.1")->host_and_port() == "127.0.0.1:80");
    CHECK(parse_endpoint("[::1]:8443")->host_and_port() == "[::1]:8443");
}

TEST_CASE("what is not an endpoint is refused and quoted")
{
    for (std::string_view const bad : {"", "/", "https://", "https:///", "ftp://a", "://a", "http:/a", "a/b", "a//",
             "a?b", "a#b", "u@a", "a b", " a", "a\n", "a:", "a:0", "a:65536", "a:-1", "a:+1", "a:1x", "a:1:2", ":80",
             "a_b", "\xC3\xA4", "[::1", "[]", "[1.2.3.4]", "[::1]x", "[fe80::1%25eth0]", "::1", "http://http://a"})
    {
        CAPTURE(bad);
        auto const parsed = parse_endpoint(bad);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == errc::invalid_argument);
        CHECK(parsed.error().message.find('"' + std::string(bad) + '"') != std::string::npos);
    }
}
