#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/clock.hpp>
#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

namespace
{

// Begins an upload of each key that nobody goes on with.
void leave_uploads(local_emulator& emulator, temporary_path const& folder, std::vector<std::string> const& keys)
{
    auto const file = folder.write("a.ts", some_bytes(200 * kib));
    for (auto const& key : keys)
        REQUIRE(run_sluice(emulator.to_object({"session", file}, key), some_credentials).exit_code == 0);
}

}  // namespace

TEST_CASE("clean wants a bucket and an age")
{
    struct row
    {
        std::vector<std::string> arguments;
        char const* says;
    };
    row const rows[] = {
        {{"clean", "--bucket", "b", "--older-than", "1d"}, "--endpoint"},
        {{"clean", "--endpoint", "x", "--older-than", "1d"}, "--bucket"},
        {{"clean", "--endpoint", "x", "--bucket", "b"}, "--older-than"},
        {{"clean", "--endpoint", "x", "--bucket", "b", "--older-than", "soon"}, "30m, 24h or 7d, not \"soon\""},
    };
    for (auto const& r : rows)
    {
        auto const run = run_sluice(r.arguments, some_credentials);
        CAPTURE(r.says);
        CHECK(run.exit_code == 2);
        CHECK(run.errors.find(r.says) != std::string::npos);
    }
    auto const no_key = run_sluice(
        {"clean", "--endpoint", "http://127.0.0.1:1", "--bucket", "b", "--older-than", "1d"}, no_credentials);
    CHECK(no_key.exit_code == 2);
}

TEST_CASE("open uploads are listed, and aborted only when that is asked for")
{
    temporary_path const folder;
    auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    emulator::config config;
    config.clock = time;
    local_emulator emulator(std::move(config));
    leave_uploads(emulator, folder, {"live/a.ts", "live/b.ts", "other/c.ts"});
    time->set_system_time(time->now() + std::chrono::hours(2));  // this machine's clock is two hours late now
    auto const clean = [&](std::vector<std::string> more) {
        more.insert(more.begin(), "clean");
        return run_sluice(emulator.to_bucket(std::move(more)), some_credentials);
    };

    auto const young = clean({"--older-than", "3h", "--abort"});
    CAPTURE(young.errors);
    CHECK(young.exit_code == 0);
    CHECK(young.output.empty());

    auto const listed = clean({"--older-than", "1h"});
    CHECK(listed.exit_code == 0);
    CHECK(lines_of(listed.output).size() == 3);
    CHECK(listed.output.find("live/a.ts") != std::string::npos);
    CHECK(listed.errors.find("nothing was aborted, for that say --abort") != std::string::npos);
    CHECK(emulator.server().open_uploads().size() == 3);

    auto const aborted = clean({"--older-than", "1h", "--prefix", "live/", "--abort", "--json"});
    CHECK(aborted.exit_code == 0);
    auto const lines = lines_of(aborted.output);
    REQUIRE(lines.size() == 2);
    for (auto const& text : lines)
    {
        json_line line(text);
        CHECK(line.flag("aborted"));
        CHECK(line.text("object_key").starts_with("live/"));
        CHECK_FALSE(line.text("upload_id").empty());
        CHECK(line.text("initiated").ends_with("Z"));
    }
    REQUIRE(emulator.server().open_uploads().size() == 1);
    CHECK(emulator.server().open_uploads()[0].key == "other/c.ts");
}

TEST_CASE("an upload that can't be aborted is told, the others go, and the program ends with 1")
{
    temporary_path const folder;
    local_emulator emulator("AbortMultipartUpload,key=b,times=0,status=403,code=AccessDenied");
    leave_uploads(emulator, folder, {"a", "b", "c"});
    auto const run =
        run_sluice(emulator.to_bucket({"clean", "--older-than", "0s", "--abort", "--json"}), some_credentials);
    CHECK(run.exit_code == 1);
    auto const lines = lines_of(run.output);
    REQUIRE(lines.size() == 3);
    CHECK(json_line(lines[0]).flag("aborted"));
    json_line refused(lines[1]);
    CHECK_FALSE(refused.flag("aborted"));
    CHECK(refused.text("code") == "AccessDenied");
    CHECK(json_line(lines[2]).flag("aborted"));
    CHECK(run.errors.find("3 open uploads older than 0s, 2 aborted, 1 not") != std::string::npos);
    CHECK(emulator.server().open_uploads().size() == 1);
}

TEST_CASE("a bucket that is not there is an error")
{
    local_emulator emulator;
    auto command = emulator.to_bucket({"clean", "--older-than", "1d"});
    *std::ranges::find(command, emulator.bucket()) = "another-bucket";
    auto const run = run_sluice(command, some_credentials);
    CHECK(run.exit_code == 1);
    CHECK(run.errors.find("NoSuchBucket") != std::string::npos);
}
