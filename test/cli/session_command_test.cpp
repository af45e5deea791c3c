#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

using namespace sluice;
using namespace sluice::test;

namespace
{

std::vector<std::string> part(
    local_emulator& emulator, std::string const& file, std::string const& session, std::vector<std::string> more)
{
    std::vector<std::string> command{"part", file, "--session", session, "--region",
        emulator.server().settings().region, "--ca-file", emulator.server().settings().ca_file};
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

// A session of the file with parts of 256 KiB, in a file.
std::string session_file(local_emulator& emulator, temporary_path const& folder, std::string const& file)
{
    auto const run = run_sluice(emulator.to_object({"session", file, "--part-size", "256KiB"}, "k"), some_credentials);
    CAPTURE(run.errors);
    REQUIRE(run.exit_code == 0);
    json_line session(run.output);
    CHECK(session.text("object_key") == "k");
    CHECK(session.number("part_size") == 256 * kib);
    return folder.write("session.json", run.output);
}

}  // namespace

TEST_CASE("what session and part can't work with is refused before any request")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", "x");
    auto const no_session = folder.write("no.json", "{}");
    struct row
    {
        std::vector<std::string> arguments;
        int code;
        std::string says;
    };
    row const rows[] = {
        {{"session", file}, 2, "--upload-address"},
        {{"session", file, "--endpoint", "x", "--bucket", "b", "--key", "k", "--part-size", "1"}, 2, "--part-size"},
        {{"part", file}, 2, "--session"},
        {{"part", file, "--session", "s", "--parts", "3-1"}, 2, "--parts: wants part numbers such as"},
        {{"part", file, "--session", no_session}, 2, "--session: this is no session"},
        {{"part", file, "--session", folder.file("missing")}, 2,
            "--session: " + folder.file("missing") + ": No such file"},
        {{"part", file, "--session", folder.file("")}, 2, "--session: " + folder.file("") + ": Is a directory"},
        {{"session", folder.file("missing"), "--endpoint", "http://127.0.0.1:1", "--bucket", "b", "--key", "k"}, 1,
            "No such file"},
    };
    for (auto const& r : rows)
    {
        auto const run = run_sluice(r.arguments, some_credentials);
        CAPTURE(r.says);
        CAPTURE(run.errors);
        CHECK(run.exit_code == r.code);
        CHECK(run.errors.find(r.says) != std::string::npos);
    }
}

TEST_CASE("a session that can't be printed fails, and standard error names the upload that is open")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", "x");
    local_emulator emulator;
    auto command = emulator.to_object({"session", file}, "k");
    command.insert(command.begin(), {"-c", "exec \"$@\" >/dev/full", "sh", sluice_program_path()});
    auto const run = program("/bin/sh", command, some_credentials).wait();
    CAPTURE(run.errors);
    CHECK(run.exit_code == 1);
    CHECK(run.errors.find("standard output could not be written: ") != std::string::npos);
    REQUIRE(emulator.server().open_uploads().size() == 1);
    auto const id = emulator.server().open_uploads().front().upload_id;
    CHECK(run.errors.find("oss://" + emulator.bucket() + "/k, upload id " + id + '\n') != std::string::npos);
}

TEST_CASE("two shares make one object, and the second one says so")
{
    temporary_path const folder;
    auto const content = some_bytes(3 * mib + 1);  // 13 parts
    auto const file = folder.write("a.ts", content);
    local_emulator emulator;
    auto const session = session_file(emulator, folder, file);

    auto const first = run_sluice(part(emulator, file, session, {"--parts", "1-6"}), some_credentials);
    CAPTURE(first.errors);
    CHECK(first.exit_code == 0);
    json_line half(first.output);
    CHECK(half.flag("ok"));
    CHECK(half.number("parts_sent") == 6);
    CHECK(half.number("parts_found") == 0);
    CHECK(half.number("parts_missing") == 7);
    CHECK_FALSE(half.has("receipt"));

    auto const second = run_sluice(part(emulator, file, session, {"--parts", "5-"}), some_credentials);
    CAPTURE(second.errors);
    CHECK(second.exit_code == 0);
    json_line rest(second.output);
    CHECK(rest.number("parts_sent") == 7);
    CHECK(rest.number("parts_found") == 2);
    CHECK(rest.number("parts_missing") == 0);
    CHECK(rest.has("receipt"));
    CHECK(emulator.server().object(emulator.bucket(), "k") == content);
}

TEST_CASE("a session of which a part was sent from another file is not completed")
{
    temporary_path const folder;
    auto const content = some_bytes(mib);  // four parts
    auto const file = folder.write("a.ts", content);
    auto changed = content;
    changed[300 * kib] = static_cast<char>(changed[300 * kib] + 1);  // of part 2
    auto const other = folder.write("b.ts", changed);
    local_emulator emulator;
    auto const session = session_file(emulator, folder, file);
    CHECK(run_sluice(part(emulator, other, session, {"--parts", "1-2"}), some_credentials).exit_code == 0);

    auto const mixed = run_sluice(part(emulator, file, session, {"--parts", "3-4"}), some_credentials);
    CHECK(mixed.exit_code == 1);
    json_line line(mixed.output);
    CHECK_FALSE(line.flag("ok"));
    CHECK(line.text("code") == "checksum_mismatch");
    CHECK(line.text("message").find("part 2 of the session was sent from another source") != std::string::npos);
    CHECK(emulator.requests("CompleteMultipartUpload") == 0);

    auto const mended = run_sluice(part(emulator, file, session, {"--parts", "2"}), some_credentials);
    CAPTURE(mended.errors);
    CHECK(mended.exit_code == 0);
    CHECK(json_line(mended.output).has("receipt"));
    CHECK(emulator.server().object(emulator.bucket(), "k") == content);
}

TEST_CASE("a share of a session that does not fit its file fails, and the session stays")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", some_bytes(mib));
    auto const other = folder.write("b.ts", some_bytes(mib + 1));
    local_emulator emulator;
    auto const session = session_file(emulator, folder, file);
    auto const wrong_file = run_sluice(part(emulator, other, session, {}), some_credentials);
    CHECK(wrong_file.exit_code == 2);
    CHECK(json_line(wrong_file.output).text("code") == "invalid_argument");
    auto const wrong_parts = run_sluice(part(emulator, file, session, {"--parts", "5"}), some_credentials);
    CHECK(wrong_parts.exit_code == 2);
    CHECK(wrong_parts.errors.find("session of 4 parts") != std::string::npos);
    CHECK(emulator.server().open_uploads().size() == 1);
}

TEST_CASE("processes share a session in ranges that overlap, and what a killed one left is done by another")
{
    temporary_path const folder;
    auto const content = some_bytes(10 * mib);  // 40 parts
    auto const file = folder.write("a.ts", content);
    local_emulator emulator;
    auto const session = session_file(emulator, folder, file);
    auto const start = [&](std::vector<std::string> more) {
        return std::make_unique<program>(
            sluice_program_path(), part(emulator, file, session, std::move(more)), some_credentials);
    };

    auto const killed = start({"--parts", "1-20", "--bandwidth", "1MiB/s"});
    wait_until([&] { return emulator.bytes_of("UploadPart") >= 700 * kib; });
    killed->send_signal(SIGKILL);
    CHECK(killed->wait().exit_code == 128 + SIGKILL);
    auto const written_before = emulator.server().part_writes().size();
    CHECK(written_before > 0);
    CHECK(written_before < 20);

    auto const again = start({"--parts", "1-20"});
    auto const middle = start({"--parts", "15-30"});
    auto const end = start({"--parts", "28-40"});
    unsigned complete = 0;
    for (auto* const one : {again.get(), middle.get(), end.get()})
    {
        auto const done = one->wait();
        CAPTURE(done.errors);
        CHECK(done.exit_code == 0);
        complete += json_line(done.output).has("receipt") ? 1 : 0;
    }
    CHECK(complete >= 1);  // the last one, or two that found all parts there at once
    CHECK(emulator.server().object(emulator.bucket(), "k") == content);
    CHECK(emulator.server().open_uploads().empty());
    CHECK(emulator.server().objects().size() == 1);
}

TEST_CASE("the example for job arrays uploads a file, whichever task comes last")
{
    auto const* const script = std::getenv("SLUICE_JOB_ARRAY_EXAMPLE");
    REQUIRE(script != nullptr);
    temporary_path const folder;
    auto const content = some_bytes(2 * mib + 5);  // 9 parts for 4 tasks
    auto const file = folder.write("a.ts", content);
    local_emulator emulator;
    auto const session = session_file(emulator, folder, file);
    std::string last;
    for (auto const* task : {"13", "10", "12", "11"})
    {
        auto environment = some_credentials;
        environment["SLURM_ARRAY_TASK_ID"] = task;
        environment["SLURM_ARRAY_TASK_MIN"] = "10";
        environment["SLURM_ARRAY_TASK_COUNT"] = "4";
        environment["SLUICE"] = sluice_program_path();
        auto const run = program("/bin/bash",
            {script, file, session, "--region", emulator.server().settings().region, "--ca-file",
                emulator.server().settings().ca_file},
            environment)
                             .wait();
        CAPTURE(run.errors);
        CHECK(run.exit_code == 0);
        last = run.output;
    }
    CHECK(json_line(last).has("receipt"));
    CHECK(emulator.server().object(emulator.bucket(), "k") == content);
    for (auto const& one : emulator.server().part_writes())
        CHECK(one.writes == 1);
}
