#include "emulator_fixture.hpp"
#include "support/patterned.hpp"
#include "support/temporary_path.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace
{

// A file that is uploaded in attempts, each by a client of its own as of a process of its own.
struct left_attempts
{
    explicit left_attempts(std::vector<std::string> const& rules)
        : world([&](emulator::config& c) {
              for (auto const& rule : rules)
                  c.faults.push_back(emulator::parse_fault_rule(rule).value());
          })
    {
        std::ofstream(file, std::ios::binary) << content;
        options.parts_in_flight = 1;
        options.on_event = {
            .function = [](void* to,
                            upload_event const& e) { static_cast<left_attempts*>(to)->events.push_back(e.kind); },
            .argument = this};
    }

    result<receipt> upload(bool with_checkpoint, bool of_stream = false)
    {
        events.clear();
        result<receipt> done = error{};
        auto const no_budget = [](client_config& c) { c.retry.budget = 0; };
        auto const work = [&](client& sdk) -> asio::awaitable<void> {
            file_source from(file);
            options.checkpoint = with_checkpoint ? std::string_view(folder_of_checkpoints) : std::string_view();
            if (of_stream)
                done = co_await sdk.async_upload_stream(stream_request("media"), from, options);
            else
                done = co_await sdk.async_upload(world.grant("left/clip"), from, options);
            stats = sdk.stats();
        };
        with_client(world, work, no_budget);
        return done;
    }

    [[nodiscard]] auto files_on_disk() const
    {
        return std::distance(std::filesystem::directory_iterator(folder_of_checkpoints), {});
    }
    [[nodiscard]] bool saw(upload_event_kind kind) const { return std::ranges::count(events, kind) != 0; }

    std::string content = patterned(400'000);
    emulated world;
    temporary_path folder;
    std::string file = folder.file("clip.mp4");
    std::string folder_of_checkpoints = [this] {
        auto made = folder.file("checkpoints");
        std::filesystem::create_directory(made);
        return made;
    }();
    upload_options options = in_parts();
    std::vector<upload_event_kind> events;
    client_stats stats;
};

}  // namespace

TEST_CASE("an upload that can't be aborted is named and counted, and no checkpoint goes on with it")
{
    struct row
    {
        char const* what;
        std::vector<std::string> rules;
        leftovers leave;
        errc code;
    };
    std::string const no_abort = "AbortMultipartUpload,times=0,status=403,code=AccessDenied";
    row const rows[] = {
        {"refused", {"UploadPart,part=3,status=403,code=AccessDenied", no_abort}, leftovers::abort,
            errc::service_error},
        {"busy", {"UploadPart,part=3,status=403,code=AccessDenied", "AbortMultipartUpload,times=0,status=500"},
            leftovers::abort, errc::service_error},
        {"no answer", {"UploadPart,part=3,status=403,code=AccessDenied", "AbortMultipartUpload,times=0,reset_before"},
            leftovers::abort, errc::service_error},
        {"a part that always differs", {"UploadPart,part=3,times=0,corrupt_body", no_abort}, leftovers::automatic,
            errc::checksum_mismatch},
    };
    for (auto const& r : rows)
        for (bool const with_checkpoint : {false, true})
        {
            CAPTURE(r.what);
            CAPTURE(with_checkpoint);
            left_attempts t(r.rules);
            t.options.leave = r.leave;
            auto const got = t.upload(with_checkpoint);
            REQUIRE(got.has_error());
            CHECK(got.error().code == r.code);
            auto const open = t.world.server().open_uploads();
            REQUIRE(open.size() == 1);
            CHECK(got.error().upload_id == open.front().upload_id);
            CHECK(t.stats.orphaned_uploads == 1);
            REQUIRE(t.stats.orphans.size() == 1);
            CHECK(t.stats.orphans.front().bucket == "b-ucket");
            CHECK(t.stats.orphans.front().object_key == "left/clip");
            CHECK(t.stats.orphans.front().upload_id == open.front().upload_id);
            CHECK(t.files_on_disk() == 0);
        }
}

TEST_CASE("what could not be aborted of an earlier attempt is not gone on with, and the upload begins anew")
{
    left_attempts t({"UploadPart,part=3,status=403,code=AccessDenied",
        "AbortMultipartUpload,times=0,status=403,code=AccessDenied"});
    t.options.leave = leftovers::abort;
    REQUIRE(t.upload(true).has_error());
    auto const again = t.upload(true);
    REQUIRE_MESSAGE(again.has_value(), again.error().describe());
    CHECK_FALSE(t.saw(upload_event_kind::resumed));
    CHECK(t.stats.orphaned_uploads == 0);
    CHECK(t.world.server().object("b-ucket", "left/clip") == t.content);
    CHECK(t.world.server().open_uploads().size() == 1);  // the first one
    CHECK(t.files_on_disk() == 0);
}

TEST_CASE("an upload whose beginning got no answer is counted and told, and leaves no checkpoint")
{
    for (bool const of_stream : {false, true})
        for (bool const with_checkpoint : {false, true})
            for (bool const keep_grant : {false, true})
            {
                CAPTURE(of_stream);
                CAPTURE(with_checkpoint);
                CAPTURE(keep_grant);
                left_attempts t({"InitiateMultipartUpload,times=0,reset_after"});
                t.options.keep_grant = keep_grant;
                auto const got = t.upload(with_checkpoint, of_stream);
                REQUIRE(got.has_error());
                CHECK(got.error().code == errc::connection_lost);
                CHECK(got.error().operation == "InitiateMultipartUpload");
                CHECK(got.error().upload_id.empty());
                bool const tells = got.error().message.find("an upload without parts may be left at oss://b-ucket/") !=
                                   std::string::npos;
                bool const is_left = !t.world.server().open_uploads().empty();
                CHECK(tells == is_left);
                CHECK(t.stats.orphaned_uploads == (is_left ? 1 : 0));
                if (is_left)
                    CHECK(t.stats.orphans.at(0).upload_id.empty());
                CHECK(is_left);  // neither key may list uploads to take its own away
                CHECK(t.world.server().part_writes().empty());
                CHECK(t.files_on_disk() == 0);
            }
}

TEST_CASE("a lost beginning that was made good for is counted, and the checkpoint is that of the second one")
{
    left_attempts t({"InitiateMultipartUpload,reset_after", "UploadPart,part=3,status=403,code=AccessDenied"});
    auto const first = t.upload(true);
    REQUIRE(first.has_error());
    CHECK(t.stats.orphaned_uploads == 1);
    CHECK(first.error().message.find("an upload without parts may be left") != std::string::npos);
    CHECK(t.files_on_disk() == 1);
    auto const kept = first.error().upload_id;
    CHECK_FALSE(kept.empty());

    auto const second = t.upload(true);
    REQUIRE_MESSAGE(second.has_value(), second.error().describe());
    CHECK(t.saw(upload_event_kind::resumed));
    CHECK(t.world.server().object("b-ucket", "left/clip") == t.content);
    CHECK(t.files_on_disk() == 0);
    auto const open = t.world.server().open_uploads();
    REQUIRE(open.size() == 1);
    CHECK(open.front().upload_id != kept);
}

TEST_CASE("an earlier checkpoint does not outlive a beginning that got no answer when its own upload is gone")
{
    left_attempts t({"UploadPart,part=3,status=403,code=AccessDenied", "ListParts,forget_upload",
        "InitiateMultipartUpload,skip=1,times=0,reset_after"});
    REQUIRE(t.upload(true).has_error());
    CHECK(t.files_on_disk() == 1);
    auto const again = t.upload(true);
    REQUIRE(again.has_error());
    CHECK(again.error().operation == "InitiateMultipartUpload");
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK(t.files_on_disk() == 0);
}
