#include "cli/transport_options.hpp"

#include <doctest/doctest.h>

#include <optional>

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

TEST_CASE("a size is digits and a unit, and neither wraps nor is negative")
{
    struct row
    {
        char const* text;
        std::optional<std::uint64_t> bytes;
    };
    static constexpr row rows[] = {
        {"0", 0},
        {"300", 300},
        {"100KiB", 100 * kib},
        {"8 mib", 8 * mib},
        {"5g", 5 * gib},
        {"16777215TiB", 16777215ULL * 1024 * gib},
        {"16777216TiB", std::nullopt},
        {"18446744073709551615", 18446744073709551615ULL},
        {"18446744073709551616", std::nullopt},
        {"99999999999999999999", std::nullopt},
        {"-1", std::nullopt},
        {"+1", std::nullopt},
        {"1.5MiB", std::nullopt},
        {"8XiB", std::nullopt},
        {"8MiBs", std::nullopt},
        {"MiB", std::nullopt},
        {"", std::nullopt},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        auto const size = cli::parse_size(r.text);
        CHECK(size.has_value() == r.bytes.has_value());
        if (size && r.bytes)
            CHECK(*size == *r.bytes);
    }
}

TEST_CASE("a rate is a size, with or without the second")
{
    CHECK(cli::parse_rate("20MiB/s").value() == 20 * mib);
    CHECK(cli::parse_rate("500k").value() == 500 * kib);
    CHECK(cli::parse_rate("0").value() == 0);
    for (auto const* bad : {"", "/s", "fast", "20MiB/m", "20MiB/s/s", "-1/s"})
    {
        CAPTURE(bad);
        auto const refused = cli::parse_rate(bad);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().message.find("bytes a second") != std::string::npos);
    }
}

TEST_CASE("--timeout is a millisecond to a year, and says so briefly")
{
    for (auto const* good : {"0.001", "1", "2.5", "31536000", "1e3"})
    {
        CAPTURE(good);
        CHECK(cli::parse_seconds(good).has_value());
    }
    auto const huge = std::string(309, '9');
    for (auto const* bad :
        {"0", "0.0009", "-1", "nan", "NaN", "inf", "1e18", "1e300", "1e400", "31536001", "1s", "", " 1", huge.c_str()})
    {
        CAPTURE(bad);
        auto const refused = cli::parse_seconds(bad);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().message.find("0.001 to 31536000") != std::string::npos);
        CHECK(refused.error().message.size() < 120);
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
    given.bandwidth = 5 * mib;
    given.memory_limit = 16 * mib;
    auto const config = given.to_config();
    REQUIRE(config.has_value());
    CHECK(config->pool.call_pipeline_depth == 5);
    CHECK(config->pool.part_pipeline_depth == 5);
    CHECK(config->pool.connections == 3);
    CHECK(config->bandwidth == 5 * mib);
    CHECK(config->memory_limit == 16 * mib);
    CHECK(config->signature == signature_version::v1);
    CHECK(given.to_upload_options().deadline == std::chrono::milliseconds(1500));
    CHECK(given.to_upload_options().part_size == mib);
}
