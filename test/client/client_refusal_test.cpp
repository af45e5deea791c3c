#include "client_fixture.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace sluice;
using namespace sluice::test;

namespace
{

char const refused_content[] = "content";

}  // namespace

TEST_CASE("what cannot work is refused by the call, before any traffic, and says what to do")
{
    struct row
    {
        char const* what;
        std::function<void(client_config&, stream_request&)> spoil;
        errc code;
        char const* says;
    };
    row const rows[] = {
        {"no region", [](auto& c, auto&) { c.ims_endpoint.clear(); }, errc::invalid_argument, "client_config::region"},
        {"unknown region",
            [](auto& c, auto&) {
                c.ims_endpoint.clear();
                c.region = "mars-1";
            },
            errc::invalid_argument, "cn-shanghai"},
        {"bad IMS endpoint", [](auto& c, auto&) { c.ims_endpoint = "ftp://x"; }, errc::invalid_argument, "ftp://x"},
        {"bad OSS endpoint", [](auto& c, auto&) { c.oss_endpoint = "a b"; }, errc::invalid_argument, "a b"},
        {"no credentials", [](auto& c, auto&) { c.credentials = credentials(); }, errc::no_credentials, "key id"},
        {"no secret", [](auto& c, auto&) { c.credentials.access_key_secret = secret_string(); }, errc::no_credentials,
            "secret"},
        {"no attempt", [](auto& c, auto&) { c.retry.attempts = 0; }, errc::invalid_argument, "retry_limits::attempts"},
        {"no connection", [](auto& c, auto&) { c.pool.connections = 0; }, errc::invalid_argument,
            "pool_limits::connections"},
        {"no memory", [](auto& c, auto&) { c.memory_limit = mib - 1; }, errc::invalid_argument,
            "client_config::memory_limit"},
        {"negative limit", [](auto& c, auto&) { c.limits.stall_timeout = std::chrono::seconds(-1); },
            errc::invalid_argument, "time_limits::stall_timeout"},
        {"header injection", [](auto& c, auto&) { c.user_agent = "x\r\ny: z"; }, errc::invalid_argument, "user_agent"},
        {"wrong definition", [](auto&, auto& r) { r.definition = "8K"; }, errc::invalid_argument, "FD"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto config = config_for("http://127.0.0.1:1", "http://127.0.0.1:1");
        stream_request request("media");
        r.spoil(config, request);
        asio::io_context context;
        client sdk(context.get_executor(), config);
        memory_source from(asio::buffer(refused_content));
        outcome<receipt> up;
        sdk.async_upload_stream(request, from, up.keep());
        context.run();
        CHECK(up.failure().code == r.code);
        CHECK(up.failure().describe().find(r.says) != std::string::npos);
        CHECK(up.failure().resource.find("memory") != std::string::npos);
        CHECK(sdk.stats().requests == 0);
    }
}

TEST_CASE("absent credentials name the three variables")
{
    asio::io_context context;
    client_config config;
    config.region = "cn-shanghai";
    client sdk(context.get_executor(), config);
    outcome<api_response> call;
    sdk.async_call("GetMediaInfo", {}, call.keep());
    context.run();
    CHECK(call.failure().code == errc::no_credentials);
    for (auto const* name :
        {"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"})
        CHECK(call.failure().recommendation.find(name) != std::string::npos);
}

TEST_CASE("an upload with a grant needs neither region nor account")
{
    asio::io_context context;
    client_config config;
    config.retry.attempts = 1;
    client sdk(context.get_executor(), config);
    memory_source from(asio::buffer(refused_content));
    outcome<receipt> up;
    auto grant = grant_of_account("http://127.0.0.1:1", "b-ucket", "k");
    sdk.async_upload(grant, from, up.keep());
    context.run();
    CHECK(up.failure().code == errc::connect_failed);  // it got as far as that
    CHECK(up.failure().host == "127.0.0.1:1");
}

TEST_CASE("the calls and uploads of a client share one retry budget")
{
    asio::io_context context;
    auto config = config_for("http://127.0.0.1:1", "http://127.0.0.1:1");
    config.retry.budget = 5;
    client sdk(context.get_executor(), config);
    memory_source from(asio::buffer(refused_content));
    auto const grant = grant_of_account("http://127.0.0.1:1", "b-ucket", "k");
    outcome<receipt> up[3];
    outcome<upload_grant> call[3];
    for (auto& o : up)
        sdk.async_upload(grant, from, o.keep());
    for (auto& o : call)
        sdk.async_create_upload_stream(stream_request("media"), o.keep());
    context.run();
    CHECK(sdk.stats().retries == 5);
    unsigned told = 0;
    for (auto const& o : up)
        told += o.failure().message.starts_with("the client's retry budget is spent: ") ? 1 : 0;
    for (auto const& o : call)
        told += o.failure().message.starts_with("the client's retry budget is spent: ") ? 1 : 0;
    CHECK(told >= 5);  // of six; four attempts would be the limit of each
}

TEST_CASE("a missing file is reported before a stream is created")
{
    asio::io_context context;
    client sdk(context.get_executor(), config_for("http://127.0.0.1:1", ""));
    file_source from("/nonexistent/clip.mp4");
    outcome<receipt> up;
    sdk.async_upload_stream(stream_request("media"), from, up.keep());
    context.run();
    CHECK(up.failure().code == errc::source_failed);
    CHECK(up.failure().resource == "/nonexistent/clip.mp4");
    CHECK(sdk.stats().requests == 0);
}
