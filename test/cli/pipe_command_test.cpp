#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace sluice;
using namespace sluice::test;

namespace
{

// Runs the script with the program as "$@".
program_result run_with_input(std::string const& script, std::vector<std::string> command)
{
    command.insert(command.begin(), {"-c", script, "sh", sluice_program_path()});
    return program("/bin/sh", command, some_credentials).wait();
}

}  // namespace

TEST_CASE("pipe wants one place to go to")
{
    struct row
    {
        std::vector<std::string> arguments;
        char const* says;
    };
    row const rows[] = {
        {{"pipe"}, "--embedded"},
        {{"pipe", "--embedded", "--endpoint", "x", "--bucket", "b", "--key", "k"}, "excludes"},
        {{"pipe", "--media-id", "m", "--upload-address", "x", "--upload-auth", "y"}, "excludes"},
        {{"pipe", "--endpoint", "x", "--bucket", "b"}, "--key"},
        {{"pipe", "--embedded", "--stream-part-size", "1"}, "--stream-part-size: allowed are 100KiB to 5GiB"},
        {{"pipe", "--embedded", "--checkpoint", "x"}, "--checkpoint"},
    };
    for (auto const& r : rows)
    {
        auto const run = run_sluice(r.arguments);
        CAPTURE(r.says);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 2);
        CHECK(run.errors.find(r.says) != std::string::npos);
    }
}

TEST_CASE("standard input goes up whole, whatever it is")
{
    temporary_path const folder;
    auto const content = some_bytes(5 * mib + 77);
    auto const file = folder.write("in.ts", content);
    local_emulator emulator;
    auto const command =
        emulator.to_object({"pipe", "--json", "--stream-part-size", "1MiB", "--memory-limit", "8MiB"}, "k");
    struct row
    {
        char const* what;
        std::string script;
        std::string content;
    };
    row const rows[] = {
        {"a pipe", "cat '" + file + "' | \"$@\"", content},
        {"a slow pipe", "{ echo one; sleep 0.3; echo two; } | \"$@\"", "one\ntwo\n"},
        {"an empty pipe", ": | \"$@\"", ""},
        {"a file", "exec \"$@\" <'" + file + '\'', content},
        {"the rest of a file", "{ dd bs=1024 count=1 >/dev/null 2>&1; \"$@\"; } <'" + file + '\'',
            content.substr(1024)},
        {"nothing", "exec \"$@\" </dev/null", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto const run = run_with_input(r.script, command);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 0);
        json_line receipt(run.output);
        CHECK(receipt.text("file") == "standard input");
        CHECK(receipt.number("bytes") == r.content.size());
        CHECK((receipt.number("parts") == 0) == (r.content.size() < mib));
        bool const is_equal = emulator.server().object(emulator.bucket(), "k") == r.content;
        CHECK(is_equal);
    }
}

TEST_CASE("a pipe becomes a stream of IMS")
{
    auto const run = run_with_input("echo bytes | \"$@\"", {"pipe", "--embedded", "--definition", "HD", "--json"});
    CAPTURE(run.errors);
    CHECK(run.exit_code == 0);
    json_line receipt(run.output);
    CHECK_FALSE(receipt.text("media_id").empty());
    CHECK(receipt.number("bytes") == 6);
}

TEST_CASE("standard input that can't be read leaves no object")
{
    local_emulator emulator;
    auto const command = emulator.to_object({"pipe", "--json"}, "k");
    for (auto const* script : {"exec \"$@\" <&-", "exec \"$@\" </"})
    {
        CAPTURE(script);
        auto const run = run_with_input(script, command);
        CHECK(run.exit_code == 1);
        CHECK(json_line(run.output).text("code") == "source_failed");
        CHECK(run.errors.find("standard input can't be read: ") != std::string::npos);
        CHECK_FALSE(emulator.server().object(emulator.bucket(), "k").has_value());
    }
}

TEST_CASE("the mode of standard input stays as it is for others who have it open")
{
    int ends[2] = {-1, -1};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    int const saved = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    ::dup2(ends[0], STDIN_FILENO);  // the program inherits it
    local_emulator emulator;
    program run(sluice_program_path(), emulator.to_object({"pipe", "--json"}, "k"), some_credentials);
    ::dup2(saved, STDIN_FILENO);
    ::close(saved);
    REQUIRE(::write(ends[1], "x", 1) == 1);
    wait_until([&] {
        pollfd at{ends[0], POLLIN, 0};
        return ::poll(&at, 1, 0) == 0;  // the program has taken the byte
    });
    CHECK((::fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
    ::close(ends[1]);
    CHECK(run.wait().exit_code == 0);
    ::close(ends[0]);
}

TEST_CASE("an interrupted pipe is aborted on the server")
{
    local_emulator emulator;
    program run(program::input::pipe, sluice_program_path(),
        emulator.to_object({"pipe", "--json", "--stream-part-size", "256KiB"}, "k"), some_credentials);
    CHECK(run.write_input(some_bytes(mib)));
    wait_until([&] { return emulator.bytes_of("UploadPart") >= 512 * kib; });
    run.send_signal(SIGTERM);
    auto const end = run.wait();
    CHECK(end.exit_code == 130);
    CHECK(json_line(end.output).text("code") == "operation_aborted");
    CHECK(emulator.server().open_uploads().empty());
    CHECK_FALSE(emulator.server().object(emulator.bucket(), "k").has_value());
}
