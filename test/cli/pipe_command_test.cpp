#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
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

// The program, started with this as its standard input.
std::unique_ptr<program> start_reading(int input, std::vector<std::string> const& command)
{
    int const saved = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    ::dup2(input, STDIN_FILENO);
    auto started = std::make_unique<program>(sluice_program_path(), command, some_credentials);
    ::dup2(saved, STDIN_FILENO);
    ::close(saved);
    return started;
}

void wait_until_taken(int input)
{
    wait_until([&] {
        pollfd at{input, POLLIN, 0};
        return ::poll(&at, 1, 0) == 0;
    });
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
    local_emulator emulator;
    auto const run = start_reading(ends[0], emulator.to_object({"pipe", "--json"}, "k"));
    REQUIRE(::write(ends[1], "x", 1) == 1);
    wait_until_taken(ends[0]);
    CHECK((::fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
    ::close(ends[1]);
    CHECK(run->wait().exit_code == 0);
    ::close(ends[0]);
}

TEST_CASE("an endless input that is neither pipe nor socket nor terminal is interrupted while it is waited for")
{
    int const endless = ::eventfd(1, EFD_CLOEXEC);
    REQUIRE(endless >= 0);
    local_emulator emulator;
    auto const run = start_reading(endless, emulator.to_object({"pipe", "--json"}, "k"));
    wait_until_taken(endless);
    CHECK(run->is_running());
    run->send_signal(SIGTERM);
    auto const end = run->wait();
    CAPTURE(end.errors);
    CHECK(end.exit_code == 130);
    CHECK(json_line(end.output).text("code") == "operation_aborted");
    CHECK_FALSE(emulator.server().object(emulator.bucket(), "k").has_value());
    CHECK((::fcntl(endless, F_GETFL) & O_NONBLOCK) == 0);
    ::close(endless);
}

TEST_CASE("a read that blocks and can't be taken back does not hold up the end of an interrupted pipe")
{
    int const gate = ::fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY);
    if (gate < 0)
    {
        MESSAGE("left out: this user may not hold up the reads of others");
        return;
    }
    temporary_path const folder;
    auto const file = folder.write("in.ts", "x");
    REQUIRE(::fanotify_mark(gate, FAN_MARK_ADD, FAN_ACCESS_PERM, AT_FDCWD, file.c_str()) == 0);
    int const held_up = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    local_emulator emulator;
    auto const run = start_reading(held_up, emulator.to_object({"pipe", "--json"}, "k"));
    wait_until([&] {
        pollfd at{gate, POLLIN, 0};
        return ::poll(&at, 1, 0) == 1;  // the program reads, and nobody lets it
    });
    run->send_signal(SIGTERM);
    auto const end = run->wait();
    CAPTURE(end.errors);
    CHECK(end.exit_code == 130);
    CHECK(json_line(end.output).text("code") == "operation_aborted");
    ::close(held_up);
    ::close(gate);
}

TEST_CASE("the master of a terminal is read itself, and not that of a new one")
{
    int master = -1;
    int slave = -1;
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
    local_emulator emulator;
    auto const run = start_reading(master, emulator.to_object({"pipe", "--json"}, "k"));
    REQUIRE(::write(slave, "x", 1) == 1);
    wait_until_taken(master);
    run->send_signal(SIGTERM);
    CHECK(run->wait().exit_code == 130);
    ::close(slave);
    ::close(master);
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
