#include "emulator_fixture.hpp"
#include "support/temporary_path.hpp"

#include <sluice/sluice.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <vector>

using namespace sluice;
using namespace sluice::test;

// The engine as users have it, against a service that does each of the things that the vendors' upload managers do not
// survive.
namespace
{

std::string engine_bytes(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>((i * 29) ^ (i >> 12));
    return text;
}

// An emulator that follows rules, and a client of it.
struct engine
{
    explicit engine(std::vector<char const*> const& rules, std::function<void(emulator::config&)> const& adjust = {})
        : world([&](emulator::config& c) {
              for (auto const* const rule : rules)
                  c.faults.push_back(emulator::parse_fault_rule(rule).value());
              if (adjust)
                  adjust(c);
          })
    {
        options.on_event = {
            .function = [](void* to, upload_event const& e) { static_cast<engine*>(to)->events.push_back(e.kind); },
            .argument = this};
    }

    template <class Work>
    void run(Work work, std::function<void(client_config&)> const& adjust = {})
    {
        asio::io_context context;
        auto config = world.config();
        config.retry.budget = 0;
        if (adjust)
            adjust(config);
        auto sdk = std::make_unique<client>(context.get_executor(), config);
        auto body = [&]() -> asio::awaitable<void> {
            co_await work(*sdk);
            stats = sdk->stats();
            sdk.reset();
        };
        asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
        context.run();
    }

    // One stream of the content, in parts.
    result<receipt> upload_stream()
    {
        result<receipt> done = error{};
        run([&](client& sdk) -> asio::awaitable<void> {
            memory_source from(asio::buffer(content));
            done = co_await sdk.async_upload_stream(stream_request("media"), from, options);
        });
        return done;
    }

    [[nodiscard]] std::uint64_t requests(std::string const& operation)
    {
        auto const all = world.server().requests();
        auto const at = all.find(operation);
        return at == all.end() ? 0 : at->second.requests;
    }
    [[nodiscard]] std::uint64_t most_writes_of_a_part()
    {
        std::uint64_t most = 0;
        for (auto const& part : world.server().part_writes())
            most = std::max(most, part.writes);
        return most;
    }
    [[nodiscard]] auto count(upload_event_kind kind) const { return std::count(events.begin(), events.end(), kind); }

    emulated world;
    upload_options options = in_parts();
    std::string content = engine_bytes(1'000'000);
    std::vector<upload_event_kind> events;
    client_stats stats;
};

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
    std::string const folder = std::filesystem::temp_directory_path() / "sluice-engine-resume";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    auto const file = folder + "/clip.mp4";
    engine t({"CompleteMultipartUpload,status=403,code=AccessDenied"});
    std::ofstream(file, std::ios::binary) << t.content;
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
    std::filesystem::remove_all(folder);
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

namespace
{

// A stream of a file whose grant is kept, left by a first attempt when a part was refused.
struct kept_stream : engine
{
    explicit kept_stream(std::vector<char const*> const& rules = {})
        : engine([&] {
              auto all = rules;
              all.push_back("UploadPart,part=6,status=403,code=AccessDenied");
              return all;
          }())
    {
        std::ofstream(file, std::ios::binary) << content;
        options.keep_grant = true;
        options.parts_in_flight = 1;
    }

    result<receipt> attempt(stream_request const& request)
    {
        result<receipt> done = error{};
        run([&](client& sdk) -> asio::awaitable<void> {
            options.checkpoint = where;
            file_source from(file);
            done = co_await sdk.async_upload_stream(request, from, options);
        });
        return done;
    }

    [[nodiscard]] auto checkpoints() const
    {
        auto const is_one = [](auto const& entry) { return entry.path().extension() == ".sluice"; };
        return std::count_if(std::filesystem::directory_iterator(folder.file("")), {}, is_one);
    }

    temporary_path folder;
    std::string file = folder.file("clip.mp4");
    std::string where = folder.file("clip.sluice");
};

stream_request high_definition(std::string media)
{
    stream_request request(std::move(media));
    request.definition = "HD";
    return request;
}

}  // namespace

TEST_CASE("what is not resumed is taken away under the grant that its checkpoint keeps, while that lives")
{
    for (bool const is_changed : {true, false})
    {
        CAPTURE(is_changed);
        kept_stream t;
        CHECK(t.attempt(high_definition("media")).has_error());
        REQUIRE(t.world.server().open_uploads().size() == 1);
        if (is_changed)
            std::ofstream(t.file, std::ios::binary | std::ios::app) << "more";
        else
            t.options.resume = false;
        auto const done = t.attempt(high_definition("media"));
        REQUIRE_MESSAGE(done.has_value(), done.error().describe());
        CHECK(t.world.stored(*done) == t.content + (is_changed ? "more" : ""));
        CHECK(t.world.server().open_uploads().empty());
        CHECK(t.requests("CreateUploadStream") == 2);
        CHECK(t.requests("AbortMultipartUpload") == 1);
        CHECK_FALSE(std::filesystem::exists(t.where));
    }
}

TEST_CASE("a stream is resumed by another client under the grant that its checkpoint keeps")
{
    kept_stream t;
    CHECK(t.attempt(high_definition("media")).has_error());
    CHECK(std::filesystem::exists(t.where));
    auto request = high_definition("media");
    request.user_data = R"({"attempt":2})";  // which names no stream
    auto const done = t.attempt(request);
    REQUIRE_MESSAGE(done.has_value(), done.error().describe());
    CHECK(t.world.stored(*done) == t.content);
    CHECK(done->media_id == "media");
    CHECK_FALSE(std::filesystem::exists(t.where));
    CHECK(t.requests("CreateUploadStream") == 1);
    CHECK(t.requests("InitiateMultipartUpload") == 1);
    CHECK(t.most_writes_of_a_part() == 1);
    CHECK(t.world.server().open_uploads().empty());
}

TEST_CASE("a kept grant is for its own stream: another one of the same file gets its own")
{
    struct row
    {
        char const* what;
        std::function<void(stream_request&)> change;
    };
    row const rows[] = {
        {"media id", [](stream_request& r) { r.media_id = "other"; }},
        {"no media id", [](stream_request& r) { r.media_id.reset(); }},
        {"definition", [](stream_request& r) { r.definition = "SD"; }},
        {"HDR type", [](stream_request& r) { r.hdr_type = "HLG"; }},
        {"file extension", [](stream_request& r) { r.file_extension = "ts"; }},
    };
    for (bool const in_folder : {false, true})
        for (auto const& r : rows)
        {
            CAPTURE(in_folder);
            CAPTURE(r.what);
            kept_stream t;
            if (in_folder)
                t.where = t.folder.file("");
            CHECK(t.attempt(high_definition("media")).has_error());
            REQUIRE(t.checkpoints() == 1);
            auto other = high_definition("media");
            r.change(other);
            auto const done = t.attempt(other);
            REQUIRE_MESSAGE(done.has_value(), done.error().describe());
            CHECK(t.world.stored(*done) == t.content);
            CHECK(t.requests("CreateUploadStream") == 2);
            CHECK(t.requests("InitiateMultipartUpload") == 2);
            CHECK(t.count(upload_event_kind::checkpoint_ignored) == (in_folder ? 0 : 1));
            CHECK(t.checkpoints() == (in_folder ? 1 : 0));  // that of the first is left for it
        }
}

TEST_CASE("a kept grant that the service refuses is ignored, and a new one asked for once")
{
    struct row
    {
        char const* rule;
        bool is_dead;  // its upload can't be aborted either
    };
    static constexpr row rows[] = {{"ListParts,expire_token", true},
        {"ListParts,status=403,code=InvalidSecurityToken", false},
        {"ListParts,status=403,code=InvalidAccessKeyId", false}};
    for (auto const& r : rows)
        for (auto const policy : {expiry_policy::fail, expiry_policy::restart})
        {
            CAPTURE(r.rule);
            CAPTURE(static_cast<int>(policy));
            kept_stream t({r.rule});
            t.options.on_expiry = policy;
            CHECK(t.attempt(high_definition("media")).has_error());
            auto const done = t.attempt(high_definition("media"));
            REQUIRE_MESSAGE(done.has_value(), done.error().describe());
            CHECK(t.world.stored(*done) == t.content);
            CHECK(t.requests("CreateUploadStream") == 2);
            CHECK(t.count(upload_event_kind::checkpoint_ignored) == 1);
            CHECK(t.count(upload_event_kind::restarted) == 0);
            CHECK(t.stats.orphans.size() == (r.is_dead ? 1 : 0));
            CHECK(t.world.server().open_uploads().size() == (r.is_dead ? 1 : 0));
            CHECK(t.checkpoints() == 0);
        }
}

TEST_CASE("a kept grant that ends after it was of use is for the policy to judge")
{
    for (auto const policy : {expiry_policy::fail, expiry_policy::restart})
    {
        bool const restarts = policy == expiry_policy::restart;
        CAPTURE(restarts);
        kept_stream t({"CompleteMultipartUpload,expire_token"});
        t.options.on_expiry = policy;
        CHECK(t.attempt(high_definition("media")).has_error());
        auto const done = t.attempt(high_definition("media"));
        CHECK(done.has_value() == restarts);
        if (!done)
            CHECK(done.error().code == errc::grant_expired);
        CHECK(t.requests("CreateUploadStream") == (restarts ? 2 : 1));
        CHECK(t.count(upload_event_kind::restarted) == (restarts ? 1 : 0));
        CHECK(t.checkpoints() == 0);
    }
}
