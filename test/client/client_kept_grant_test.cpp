#include "engine_fixture.hpp"
#include "support/temporary_path.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace sluice;
using namespace sluice::test;

namespace
{

// A stream of a file whose grant is kept, left by a first attempt when a part was refused.
struct kept_stream : engine
{
    explicit kept_stream(
        std::vector<char const*> const& rules = {}, std::function<void(emulator::config&)> const& adjust = {})
        : engine(
              [&] {
                  auto all = rules;
                  all.push_back("UploadPart,part=6,status=403,code=AccessDenied");
                  return all;
              }(),
              adjust)
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

TEST_CASE("what an earlier attempt left is taken away whole, though the new upload is cancelled meanwhile")
{
    upload_handle handle;
    kept_stream t({}, [&](emulator::config& c) {
        c.on_request = [&](emulator::request_event const& e) {
            if (e.operation == "AbortMultipartUpload")
                handle.cancel();
            return emulator::fault();
        };
    });
    CHECK(t.attempt(high_definition("media")).has_error());
    t.options.resume = false;
    t.options.handle = &handle;
    auto const done = t.attempt(high_definition("media"));
    REQUIRE(done.has_error());
    CHECK(done.error().code == asio::error::operation_aborted);
    CHECK(t.world.server().open_uploads().empty());
    CHECK(t.stats.orphaned_uploads == 0);
    CHECK_FALSE(std::filesystem::exists(t.where));
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
