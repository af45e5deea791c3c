#include "engine_fixture.hpp"
#include "support/temporary_path.hpp"

#include <sluice/sluice.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

using namespace sluice;
using namespace sluice::test;

// The engine as users have it, against a service that does each of the things that the vendors' upload managers do not
// survive.
namespace
{

std::string member_of(std::string const& json, std::string const& name)
{
    auto const key = '"' + name + "\":\"";
    auto const at = json.find(key);
    REQUIRE(at != std::string::npos);
    return json.substr(at + key.size(), json.find('"', at + key.size()) - at - key.size());
}

// Leave to upload a new media asset, which can be renewed.
asio::awaitable<upload_grant> asset_grant(client& sdk)
{
    api_parameters const asset{{"FileInfo", R"({"Type":"video","Name":"n","Ext":"mp4"})"},
        {"MediaMetaData", R"({"Title":"t","BusinessType":"general"})"}};
    auto const created = (co_await sdk.async_call("CreateUploadMedia", asset)).value();
    auto grant =
        decode_upload_grant(member_of(created.body, "UploadAddress"), member_of(created.body, "UploadAuth")).value();
    grant.media_id = member_of(created.body, "MediaId");
    co_return grant;
}

}  // namespace

TEST_CASE("the answer to Complete is lost: the object is there, and that is a success")
{
    engine t({"CompleteMultipartUpload,reset_after"});
    auto const done = t.upload_stream();
    REQUIRE_MESSAGE(done.has_value(), done.error().describe());
    CHECK(t.world.stored(*done) == t.content);
    CHECK(t.requests("AbortMultipartUpload") == 0);
}

TEST_CASE("a resume with every part there completes, and the receipt has the CRC-64 of the object")
{
    temporary_path const temporary;
    auto const folder = temporary.file("");
    engine t({"CompleteMultipartUpload,status=403,code=AccessDenied"});
    auto const file = temporary.write("clip.mp4", t.content);
    t.options.checkpoint = folder;
    for (int attempt = 0; attempt < 2; ++attempt)
        t.run([&](client& sdk) -> asio::awaitable<void> {
            file_source from(file);
            auto const done = co_await sdk.async_upload(t.world.grant("resumed/clip"), from, t.options);
            CHECK(done.has_value() == (attempt == 1));
            if (done)
                CHECK(done->crc64 != 0);
        });
    CHECK(t.world.server().object("b-ucket", "resumed/clip") == t.content);
    CHECK(t.requests("UploadPart") == 10);
    CHECK(t.count(upload_event_kind::resumed) == 1);
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);  // the file alone
}

TEST_CASE("a stream whose credential ends begins anew under another once, where the policy says so")
{
    for (auto const policy : {expiry_policy::fail, expiry_policy::restart})
    {
        CAPTURE(static_cast<int>(policy));
        engine t({"UploadPart,skip=3,expire_token"});
        t.options.on_expiry = policy;
        auto const done = t.upload_stream();
        CHECK(done.has_value() == (policy == expiry_policy::restart));
        if (done)
            CHECK(t.world.stored(*done) == t.content);
        else
            CHECK(done.error().code == errc::grant_expired);
        CHECK(t.count(upload_event_kind::restarted) == (policy == expiry_policy::restart ? 1 : 0));
        CHECK(t.requests("CreateUploadStream") == (policy == expiry_policy::restart ? 2 : 1));
        // The dead token can abort nothing: that is told.
        CHECK(t.stats.orphans.size() == 1);
        CHECK(t.world.server().open_uploads().size() == 1);
    }
}

TEST_CASE("an asset's upload goes on under a refreshed credential, and no part is sent twice that was stored")
{
    engine t({"UploadPart,skip=3,expire_token"});
    t.run([&](client& sdk) -> asio::awaitable<void> {
        auto const grant = co_await asset_grant(sdk);
        memory_source from(asio::buffer(t.content));
        media_refresher refresher(sdk);
        t.options.refresher = &refresher;
        auto const done = co_await sdk.async_upload(grant, from, t.options);
        REQUIRE_MESSAGE(done.has_value(), done.error().describe());
        CHECK(t.world.stored(*done) == t.content);
    });
    CHECK(t.requests("RefreshUploadMedia") == 1);
    CHECK(t.requests("InitiateMultipartUpload") == 1);
    CHECK(t.most_writes_of_a_part() == 1);
    CHECK(t.count(upload_event_kind::grant_renewed) == 1);
    CHECK(t.world.server().open_uploads().empty());
}

TEST_CASE("a credential that the service calls no good is refreshed as one that has ended, and the upload goes on")
{
    for (std::string const code : {"InvalidSecurityToken", "InvalidAccessKeyId"})
    {
        CAPTURE(code);
        auto const rule = "UploadPart,skip=3,status=403,code=" + code;
        engine t({rule.c_str()});
        t.run([&](client& sdk) -> asio::awaitable<void> {
            auto const grant = co_await asset_grant(sdk);
            memory_source from(asio::buffer(t.content));
            media_refresher refresher(sdk);
            t.options.refresher = &refresher;
            auto const done = co_await sdk.async_upload(grant, from, t.options);
            REQUIRE_MESSAGE(done.has_value(), done.error().describe());
            CHECK(t.world.stored(*done) == t.content);
        });
        CHECK(t.requests("RefreshUploadMedia") == 1);
        CHECK(t.requests("InitiateMultipartUpload") == 1);
        CHECK(t.count(upload_event_kind::grant_renewed) == 1);
        CHECK(t.world.server().open_uploads().empty());
    }
}

TEST_CASE("a stream begins anew, where the policy says so, whichever code refuses its credential")
{
    for (std::string const code : {"InvalidSecurityToken", "InvalidAccessKeyId"})
        for (auto const policy : {expiry_policy::fail, expiry_policy::restart})
        {
            bool const restarts = policy == expiry_policy::restart;
            CAPTURE(code);
            CAPTURE(restarts);
            auto const rule = "UploadPart,skip=3,status=403,code=" + code;
            engine t({rule.c_str()});
            t.options.on_expiry = policy;
            auto const done = t.upload_stream();
            CHECK(done.has_value() == restarts);
            if (done)
                CHECK(t.world.stored(*done) == t.content);
            else
            {
                CHECK(done.error().code == errc::grant_expired);
                CHECK(done.error().service_code == code);
            }
            CHECK(t.count(upload_event_kind::restarted) == (restarts ? 1 : 0));
            CHECK(t.requests("CreateUploadStream") == (restarts ? 2 : 1));
            CHECK(t.world.server().open_uploads().empty());
        }
}

TEST_CASE("an account whose key is refused is no grant that has ended, and is not asked again")
{
    engine t({"CreateUploadStream,times=0,status=403,code=InvalidAccessKeyId"});
    t.options.on_expiry = expiry_policy::restart;
    auto const done = t.upload_stream();
    REQUIRE(done.has_error());
    CHECK(done.error().code == errc::service_error);
    CHECK(t.requests("CreateUploadStream") == 1);
}

TEST_CASE("an abort whose credential has ended is made with a new one")
{
    engine t({"UploadPart,skip=3,times=0,status=403,code=AccessDenied", "AbortMultipartUpload,expire_token"});
    t.run([&](client& sdk) -> asio::awaitable<void> {
        auto const grant = co_await asset_grant(sdk);
        memory_source from(asio::buffer(t.content));
        media_refresher refresher(sdk);
        t.options.refresher = &refresher;
        CHECK((co_await sdk.async_upload(grant, from, t.options)).error().service_code == "AccessDenied");
    });
    CHECK(t.world.server().open_uploads().empty());
    CHECK(t.stats.orphaned_uploads == 0);
}

TEST_CASE("a service that is busy for a while is waited for")
{
    engine t({"UploadPart,times=3,status=503,code=SlowDown"});
    auto const done = t.upload_stream();
    REQUIRE_MESSAGE(done.has_value(), done.error().describe());
    CHECK(done->retries == 3);
    CHECK(done->history.size() == 3);
    CHECK(done->history.front().operation == "UploadPart");
    CHECK(done->history.front().reason.find("SlowDown") != std::string::npos);
}

TEST_CASE("a part whose CRC-64 differs is sent again")
{
    engine t({"UploadPart,part=4,corrupt_body"});
    auto const done = t.upload_stream();
    REQUIRE_MESSAGE(done.has_value(), done.error().describe());
    CHECK(t.world.stored(*done) == t.content);
    CHECK(done->retries == 1);
}

TEST_CASE("a part that the service has lost is sent again when the upload is completed")
{
    engine t({"UploadPart,part=4,drop_part", "UploadPart,part=7,drop_part"});
    auto const done = t.upload_stream();
    REQUIRE_MESSAGE(done.has_value(), done.error().describe());
    CHECK(t.world.stored(*done) == t.content);
    CHECK(t.requests("UploadPart") == 12);
    CHECK(t.requests("CompleteMultipartUpload") == 2);
}

TEST_CASE("a whole object that differs is sent again once, and then the error names both values")
{
    for (unsigned const times : {1u, 2u})
    {
        CAPTURE(times);
        auto const rule = "CompleteMultipartUpload,corrupt_object,times=" + std::to_string(times);
        engine t({rule.c_str()});
        auto const done = t.upload_stream();
        CHECK(done.has_value() == (times == 1));
        CHECK(t.count(upload_event_kind::sent_again) == 1);
        CHECK(t.requests("CompleteMultipartUpload") == 2);
        if (done)
        {
            CHECK(t.world.stored(*done) == t.content);
            continue;
        }
        CHECK(done.error().code == errc::checksum_mismatch);
        CHECK(done.error().message.find("the server's CRC-64 of the object is ") != std::string::npos);
        CHECK(done.error().message.find("that of the source is ") != std::string::npos);
    }
}

TEST_CASE("what fails leaves nothing open on the server, whichever request it is")
{
    for (auto const* const rule :
        {"CreateUploadStream,status=403,code=Forbidden", "InitiateMultipartUpload,status=403,code=AccessDenied",
            "UploadPart,status=403,code=AccessDenied", "CompleteMultipartUpload,status=403,code=AccessDenied"})
    {
        CAPTURE(rule);
        engine t({rule});
        CHECK(t.upload_stream().has_error());
        CHECK(t.world.server().open_uploads().empty());
        CHECK(t.stats.orphaned_uploads == 0);
    }
}

TEST_CASE("a wrong clock costs a client one refused request, whatever it asks after that")
{
    for (auto const skew : {std::chrono::hours(-30), std::chrono::hours(1), std::chrono::hours(30)})
    {
        CAPTURE(skew.count());
        engine t({}, [&](emulator::config& c) { c.clock_skew = skew; });
        t.run([&](client& sdk) -> asio::awaitable<void> {
            for (int i = 0; i < 2; ++i)
            {
                memory_source from(asio::buffer(t.content));
                auto const done = co_await sdk.async_upload_stream(stream_request("media"), from, t.options);
                REQUIRE_MESSAGE(done.has_value(), done.error().describe());
                CHECK(done->retries == (i == 0 ? 1 : 0));
            }
        });
        CHECK(t.requests("CreateUploadStream") == 3);
        CHECK(t.requests("InitiateMultipartUpload") == 2);
    }
}
