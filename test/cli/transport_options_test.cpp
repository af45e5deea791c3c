#include "cli/transport_options.hpp"

#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("--resolve reads host, port and a numeric address")
{
    struct row
    {
        char const* text;
        char const* host;
        unsigned port;
        char const* address;
    };
    static constexpr row rows[] = {
        {"oss-cn-shanghai.aliyuncs.com:443:127.0.0.1", "oss-cn-shanghai.aliyuncs.com", 443, "127.0.0.1"},
        {"a.b:8443:::1", "a.b", 8443, "::1"},
        {"a.b:8443:[fe80::2]", "a.b", 8443, "fe80::2"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        auto const parsed = cli::parse_resolve(r.text);
        REQUIRE(parsed.has_value());
        CHECK(parsed->host == r.host);
        CHECK(parsed->port == r.port);
        CHECK(parsed->address.to_string() == r.address);
    }
}

TEST_CASE("--resolve refuses what it cannot read, and says what it wants")
{
    for (auto const* text : {"", "host", "host:443", ":443:127.0.0.1", "host:0:127.0.0.1", "host:99999:127.0.0.1",
             "host:x:127.0.0.1", "host:443:", "host:443:localhost", "host:443:[::1"})
    {
        CAPTURE(text);
        auto const parsed = cli::parse_resolve(text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code == errc::invalid_argument);
        CHECK(parsed.error().message.find("HOST:PORT:ADDRESS") != std::string::npos);
    }
}

TEST_CASE("without options the library's defaults hold")
{
    cli::transport_options const none;
    auto const config = none.to_config();
    REQUIRE(config.has_value());
    CHECK(config->pool.call_pipeline_depth == pool_limits{}.call_pipeline_depth);
    CHECK(config->pool.part_pipeline_depth == pool_limits{}.part_pipeline_depth);
    CHECK(config->signature == signature_version::v4);
    CHECK(none.to_upload_options().deadline.count() == 0);
}

TEST_CASE("options reach the configuration")
{
    cli::transport_options given;
    given.pipeline_depth = 5;
    given.connections = 3;
    given.signature = "v1";
    given.timeout = 1.5;
    given.part_size = mib;
    auto const config = given.to_config();
    REQUIRE(config.has_value());
    CHECK(config->pool.call_pipeline_depth == 5);
    CHECK(config->pool.part_pipeline_depth == 5);
    CHECK(config->pool.connections == 3);
    CHECK(config->signature == signature_version::v1);
    CHECK(given.to_upload_options().deadline == std::chrono::milliseconds(1500));
    CHECK(given.to_upload_options().part_size == mib);
}
