#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sluice;
using namespace sluice::test;

namespace
{

std::vector<std::string> upload(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), "upload");
    return arguments;
}

// Three files, the first the largest, so that the others end before it.
std::string media_folder(temporary_path const& folder)
{
    std::filesystem::create_directories(folder.file("media/live"));
    folder.write("media/a.ts", some_bytes(3 * mib));
    folder.write("media/b.ts", "second");
    folder.write("media/live/c.ts", "third");
    return folder.file("media");
}

}  // namespace

TEST_CASE("options that upload cannot work with are wrong usage")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", "x");
    struct row
    {
        std::vector<std::string> arguments;
        char const* says;
    };
    row const rows[] = {
        {{"--jobs", "0"}, "--jobs"},
        {{"--bandwidth", "fast"}, "--bandwidth: wants a number of bytes a second"},
        {{"--memory-limit", "1023KiB"}, "--memory-limit: allowed is 1MiB and more"},
        {{"--on-expiry", "hope"}, "--on-expiry"},
        {{"--priority", "higher"}, "--priority"},
        {{"--resume"}, "--checkpoint"},
        {{"--keep-grant"}, "--checkpoint"},
        {{"--checkpoint", file}, "it is not a folder"},
        {{"--checkpoint", ""}, "no folder is named"},
        {{"--checkpoint", "/no/such/folder"}, "No such file or directory"},
    };
    for (auto const& r : rows)
    {
        auto arguments = upload({file, "--embedded"});
        arguments.insert(arguments.end(), r.arguments.begin(), r.arguments.end());
        auto const run = run_sluice(arguments);
        CAPTURE(r.says);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 2);
        CHECK(run.errors.find(r.says) != std::string::npos);
    }
}

TEST_CASE("folders go up file by file, several at once, with one object for each in their order")
{
    temporary_path const folder;
    auto const media = media_folder(folder);
    for (auto const* jobs : {"1", "3", "1000"})
    {
        CAPTURE(jobs);
        local_emulator emulator;
        auto const run = run_sluice(emulator.to_stream(upload({media, "--jobs", jobs, "--json", "--part-size", "1MiB",
                                        "--multipart-threshold", "1MiB", "--priority", "background"})),
            some_credentials);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 0);
        CHECK(run.errors.empty());
        auto const lines = lines_of(run.output);
        REQUIRE(lines.size() == 3);
        std::string const names = "abc";
        for (std::size_t i = 0; i < lines.size(); ++i)
        {
            json_line line(lines[i]);
            CHECK(line.flag("ok"));
            CHECK(line.text("file").ends_with(std::string("/") + names[i] + ".ts"));
        }
        CHECK(emulator.server().objects().size() == 3);
        CHECK(emulator.requests("CreateUploadStream") == 3);
    }
}

TEST_CASE("for people several files end with a summary")
{
    temporary_path const folder;
    auto const run = run_sluice({"upload", media_folder(folder), folder.file("missing"), "--embedded", "--jobs", "2"});
    CAPTURE(run.output);
    CHECK(run.exit_code == 1);
    auto const lines = lines_of(run.output);
    REQUIRE_FALSE(lines.empty());
    CHECK(lines.back().starts_with("3 uploaded, 1 failed: 3145739 bytes in "));
    CHECK(lines.back().ends_with("/s)"));

    auto const alone = run_sluice({"upload", folder.file("media/b.ts"), "--embedded"});
    CHECK(alone.output.find(" uploaded, ") == std::string::npos);
}

TEST_CASE("the checkpoints of a run are no files of its folders")
{
    temporary_path const folder;
    auto const media = media_folder(folder);
    for (auto const& checkpoints : {media + "/live", media})
    {
        CAPTURE(checkpoints);
        folder.write(checkpoints.substr(folder.file("").size()) + "/left.sluice", "a secret");
        local_emulator emulator;
        auto const run = run_sluice(emulator.to_stream(upload({media, "--checkpoint", checkpoints, "--keep-grant",
                                        "--json", "--part-size", "1MiB", "--multipart-threshold", "1MiB"})),
            some_credentials);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 0);
        auto const in_live = run.output.find("live/") != std::string::npos;
        CHECK(in_live == (checkpoints == media));
        CHECK(emulator.server().objects().size() == (in_live ? 4 : 2));
    }
}

TEST_CASE("a link in a folder that leads nowhere fails, and the files beside it go up")
{
    temporary_path const folder;
    auto const media = media_folder(folder);
    std::filesystem::create_symlink("nowhere", media + "/absent.ts");
    std::filesystem::create_symlink("circle.ts", media + "/circle.ts");
    auto const run = run_sluice({"upload", media, "--embedded", "--json"});
    CAPTURE(run.errors);
    CHECK(run.exit_code == 1);
    auto const lines = lines_of(run.output);
    REQUIRE(lines.size() == 5);
    std::size_t failed = 0;
    for (auto const& line : lines)
    {
        json_line one(line);
        if (one.flag("ok"))
            continue;
        ++failed;
        CHECK(one.text("code") == "source_failed");
    }
    CHECK(failed == 2);
    CHECK(run.errors.find("absent.ts: cannot be opened: No such file") != std::string::npos);
    CHECK(run.errors.find("circle.ts: cannot be opened: Too many levels of symbolic links") != std::string::npos);
}

TEST_CASE("folders without files are nothing to upload, and that is said")
{
    temporary_path const folder;
    auto const run = run_sluice({"upload", folder.file(""), "--embedded", "--json"});
    CHECK(run.exit_code == 0);
    CHECK(run.output.empty());
    CHECK(run.errors == "sluice: upload: there are no files in these folders\n");
}

TEST_CASE("the files not begun when a run is interrupted are counted and reported")
{
    temporary_path const folder;
    emulator::config slow;
    slow.latency = std::chrono::seconds(30);
    local_emulator emulator(std::move(slow));
    program run(
        sluice_program_path(), emulator.to_stream(upload({media_folder(folder), "--jobs", "2"})), some_credentials);
    wait_until([&] { return emulator.requests("CreateUploadStream") >= 2; });
    run.send_signal(SIGINT);
    auto const end = run.wait();
    CHECK(end.exit_code == 130);
    CHECK(end.output.find("0 uploaded, 2 failed, 1 not begun: 0 bytes in ") != std::string::npos);
}

TEST_CASE("what an upload tells, and what may be left beside it, is one line each on standard error, also with --json")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", some_bytes(3 * mib));
    local_emulator emulator("UploadPart,part=2,expire_token");
    auto const run = run_sluice(emulator.to_stream(upload({file, "--on-expiry", "restart", "--json", "--part-size",
                                    "1MiB", "--multipart-threshold", "1MiB", "--parallel", "1"})),
        some_credentials);
    CAPTURE(run.errors);
    CHECK(run.exit_code == 0);
    CHECK(json_line(run.output).flag("ok"));
    CHECK(run.errors.starts_with("sluice: " + file + ": "));
    auto const told = lines_of(run.errors);
    REQUIRE(told.size() == 2);
    REQUIRE(emulator.server().open_uploads().size() == 1);  // a credential that has ended aborts nothing
    CHECK(told[1].find("may be left open: oss://") != std::string::npos);
    CHECK(told[1].ends_with("upload id " + emulator.server().open_uploads()[0].upload_id));
    CHECK(emulator.requests("CreateUploadStream") == 2);
}

TEST_CASE("without --on-expiry a credential that ends is the end of the upload")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", some_bytes(3 * mib));
    local_emulator emulator("UploadPart,part=2,expire_token");
    auto const run =
        run_sluice(emulator.to_stream(upload({file, "--json", "--part-size", "1MiB", "--multipart-threshold", "1MiB"})),
            some_credentials);
    CHECK(run.exit_code == 1);
    CHECK(json_line(run.output).text("code") == "SecurityTokenExpired");
}

TEST_CASE("a service that throttles slows several files down, and fails none")
{
    temporary_path const folder;
    local_emulator emulator("service=oss,skip=1,times=6,status=503,code=SlowDown");
    auto const run = run_sluice(emulator.to_stream(upload({media_folder(folder), "--jobs", "3", "--json", "--part-size",
                                    "512KiB", "--multipart-threshold", "512KiB"})),
        some_credentials);
    CAPTURE(run.errors);
    CHECK(run.exit_code == 0);
    CHECK(emulator.server().objects().size() == 3);
}

TEST_CASE("an interrupted put with a checkpoint is kept, and --resume sends the rest only")
{
    temporary_path const folder;
    auto const content = some_bytes(8 * mib);
    auto const file = folder.write("a.ts", content);
    auto const checkpoints = folder.file("checkpoints");
    local_emulator emulator;
    auto const put = [&](std::vector<std::string> const& more) {
        std::vector<std::string> command{"put", file, "--checkpoint", checkpoints, "--part-size", "512KiB",
            "--multipart-threshold", "512KiB", "--json"};
        command.insert(command.end(), more.begin(), more.end());
        return emulator.to_object(std::move(command), "a.ts");
    };
    program first(sluice_program_path(), put({"--bandwidth", "4MiB/s"}), some_credentials);
    wait_until([&] { return emulator.bytes_of("UploadPart") >= 3 * mib; });
    first.send_signal(SIGINT);
    auto const kept = first.wait();
    CAPTURE(kept.errors);
    CHECK(kept.exit_code == 130);
    CHECK(kept.errors.find("keeping what was uploaded on the server, for --resume") != std::string::npos);
    CHECK_FALSE(json_line(kept.output).text("upload_id_left").empty());
    CHECK(emulator.server().open_uploads().size() == 1);
    struct stat status{};
    REQUIRE(::stat(checkpoints.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700);

    auto const rest = run_sluice(put({"--resume"}), some_credentials);
    CAPTURE(rest.errors);
    CHECK(rest.exit_code == 0);
    CHECK(emulator.server().object(emulator.bucket(), "a.ts") == content);
    CHECK(emulator.requests("InitiateMultipartUpload") == 1);
    CHECK(std::filesystem::is_empty(checkpoints));
    for (auto const& part : emulator.server().part_writes())
        CHECK(part.writes == 1);
}

TEST_CASE("without --resume an earlier run's upload is not gone on with")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", some_bytes(4 * mib));
    local_emulator emulator;
    auto const command = emulator.to_object({"put", file, "--checkpoint", folder.file("checkpoints"), "--part-size",
                                                "512KiB", "--multipart-threshold", "512KiB", "--bandwidth", "2MiB/s"},
        "a.ts");
    program first(sluice_program_path(), command, some_credentials);
    wait_until([&] { return emulator.bytes_of("UploadPart") >= mib; });
    first.send_signal(SIGKILL);
    first.wait();
    auto const second = run_sluice(command, some_credentials);
    CAPTURE(second.errors);
    CHECK(second.exit_code == 0);
    CHECK(emulator.requests("InitiateMultipartUpload") == 2);
    CHECK(emulator.server().open_uploads().empty());
}

TEST_CASE("on a terminal there is a line for each file under way and one for all, drawn over in place")
{
    temporary_path const folder;
    auto const media = media_folder(folder);
    int master = -1;
    int slave = -1;
    std::array<char, 64> name{};
    winsize size{};
    size.ws_row = 24;
    size.ws_col = 100;
    REQUIRE(::openpty(&master, &slave, name.data(), nullptr, &size) == 0);
    local_emulator emulator;
    auto command = emulator.to_stream(upload(
        {media, "--jobs", "2", "--part-size", "256KiB", "--multipart-threshold", "256KiB", "--bandwidth", "4MiB/s"}));
    command.insert(command.begin(), {"-c", "exec \"$@\" 2>" + std::string(name.data()), "sh", sluice_program_path()});
    program run("/bin/sh", command, some_credentials);
    CHECK(run.wait().exit_code == 0);
    ::close(slave);
    std::string shown;
    std::array<char, 4096> block{};
    for (::ssize_t count = 0; (count = ::read(master, block.data(), block.size())) > 0;)
        shown.append(block.data(), static_cast<std::size_t>(count));
    ::close(master);
    CAPTURE(shown);
    CHECK(shown.find("media/a.ts") != std::string::npos);
    CHECK(shown.find("\ntotal [") != std::string::npos);
    CHECK(shown.find(" of 3 files") != std::string::npos);
    CHECK(shown.find("\x1b[1A\r") != std::string::npos);
}
