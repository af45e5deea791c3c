#include "cli/program_fixture.hpp"
#include "support/canned_server.hpp"
#include "support/program.hpp"
#include "support/temporary_path.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace sluice::test;

namespace
{

// $0 in the script is the program, $1 the argument.
program_result run_in_shell(std::string const& script, std::string const& argument)
{
    return program("/bin/sh", {"-c", script, sluice_program_path(), argument}, some_credentials).wait();
}

// `sluice emulator`, running, with what its first line says.
class running_emulator
{
public:
    explicit running_emulator(std::vector<std::string> options = {})
        : program_(sluice_program_path(), with_command(std::move(options))), ready_(program_.first_line())
    {}

    std::string at(char const* name) { return ready_.text(name); }

    program_result stop()
    {
        program_.send_signal(SIGTERM);
        return program_.wait();
    }

private:
    static std::vector<std::string> with_command(std::vector<std::string> options)
    {
        options.insert(options.begin(), "emulator");
        return options;
    }

    program program_;
    json_line ready_;
};

}  // namespace

TEST_CASE("wrong usage ends with 2 and says what is wanted")
{
    struct row
    {
        std::vector<std::string> arguments;
        char const* says;
    };
    row const rows[] = {
        {{}, "A subcommand is required"},
        {{"fly"}, "fly"},
        {{"upload"}, "file"},
        {{"upload", "a.mp4"}, "--region"},
        {{"upload", "a.mp4", "--embedded", "--region", "cn-shanghai"}, "excludes"},
        {{"upload", "a.mp4", "--embedded", "--signature", "v9"}, "v9"},
        {{"upload", "a.mp4", "--embedded", "--part-size", "many"}, "many"},
        {{"upload", "a.mp4", "--embedded", "--part-size", "0"}, "--part-size"},
        {{"upload", "a.mp4", "--embedded", "--part-size", "6GiB"}, "100KiB to 5GiB"},
        {{"upload", "a.mp4", "--embedded", "--part-size", "-1"}, "--part-size"},
        {{"upload", "a.mp4", "--embedded", "--multipart-threshold", "-1"}, "--multipart-threshold"},
        {{"upload", "a.mp4", "--embedded", "--multipart-threshold", "99999999999999999999"}, "--multipart-threshold"},
        {{"upload", "a.mp4", "--embedded", "--timeout", "nan"}, "--timeout"},
        {{"upload", "a.mp4", "--embedded", "--timeout", "1e300"}, "0.001 to 31536000"},
        {{"upload", "a.mp4", "--embedded", "--timeout", "0.0001"}, "0.001 to 31536000"},
        {{"upload", "a.mp4", "--embedded", "--definition", "hd"}, "--definition"},
        {{"upload", "a.mp4", "--embedded", "--definition", "hd"}, "is not one of FD, LD"},
        {{"upload", "a.mp4", "--embedded", "--hdr-type", "XX"}, "--hdr-type"},
        {{"upload", "a.mp4", "--embedded", "--file-extension", ".mp4"}, "--file-extension"},
        {{"upload", "a.mp4", "--embedded", "--user-data", "{"}, "--user-data"},
        {{"upload", "a.mp4", "--region", "mars-1"}, "--region"},
        {{"upload", "a.mp4", "--ims-endpoint", "ftp://x"}, "--ims-endpoint"},
        {{"upload", "a.mp4", "--embedded", "--oss-endpoint", "a b"}, "--oss-endpoint"},
        {{"upload", "a.mp4", "--embedded", "--ca-file", "/nonexistent.pem"}, "--ca-file"},
        {{"upload", "a.mp4", "--embedded", "--ca-file", "/dev/null"}, "not a regular file"},
        {{"put", "a.mp4", "--endpoint", "a b", "--bucket", "b", "--key", "k"}, "--endpoint"},
        {{"demo", "--resolve", "x"}, "HOST:PORT:ADDRESS"},
        {{"demo", "--ca-file", "/dev/null"}, "--ca-file"},
        {{"upload", "a.mp4", "--embedded", "--resolve", "nonsense"}, "HOST:PORT:ADDRESS"},
        {{"put", "a.mp4"}, "--upload-address"},
        {{"put", "a.mp4", "--upload-address", "x"}, "--upload-auth"},
        {{"put", "a.mp4", "--endpoint", "x", "--bucket", "b"}, "--key"},
        {{"decode", "--upload-address", "x"}, "--upload-auth"},
        {{"emulator", "--cname", "nonsense"}, "DOMAIN=BUCKET"},
    };
    for (auto const& r : rows)
    {
        auto const run = run_sluice(r.arguments);
        CAPTURE(r.says);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 2);
        CHECK(run.errors.starts_with("sluice: "));
        CHECK(run.errors.find(r.says) != std::string::npos);
        CHECK(run.output.empty());
    }
}

TEST_CASE("decode shows a grant with its secrets masked, and names what is wrong with a bad one")
{
    vectors const file("upload_credentials.json");
    for (auto const item : file.cases("cases"))
    {
        CAPTURE(std::string(item["name"].get_string().value()));
        auto const run =
            run_sluice({"decode", "--upload-address", std::string(item["upload_address"].get_string().value()),
                "--upload-auth", std::string(item["upload_auth"].get_string().value())});
        auto const expected = item["expect"];
        json_line decoded(run.output);
        if (expected["ok"].get_bool().value())
        {
            CHECK(run.exit_code == 0);
            CHECK(decoded.text("object_key") == expected["object_key"].get_string().value());
            CHECK(decoded.text("access_key_secret") == "***");
            CHECK(run.output.find(expected["security_token"].get_string().value()) == std::string::npos);
        }
        else
        {
            CHECK(run.exit_code == 1);
            CHECK(decoded.text("error") == expected["error"].get_string().value());
            CHECK(decoded.text("which") == expected["which"].get_string().value());
        }
    }
}

TEST_CASE("a file goes up to the embedded emulator, whatever its size")
{
    temporary_path const folder;
    for (std::size_t const size : {std::size_t{0}, std::size_t{1}, std::size_t{300'000}, std::size_t{3'000'000}})
    {
        CAPTURE(size);
        auto const file = folder.write("clip.mp4", std::string(size, 'x'));
        auto const run = run_sluice(
            {"upload", file, "--embedded", "--json", "--part-size", "1MiB", "--multipart-threshold", "1MiB"});
        CAPTURE(run.errors);
        CHECK(run.exit_code == 0);
        json_line receipt(run.output);
        CHECK(receipt.flag("ok"));
        CHECK(receipt.number("bytes") == size);
        CHECK(receipt.number("parts") == (size > (1U << 20U) ? 3 : 0));
        CHECK_FALSE(receipt.text("media_id").empty());
        CHECK_FALSE(receipt.text("crc64").empty());
    }
}

TEST_CASE("each of several files has its line, and one that fails does not stop the others")
{
    temporary_path const folder;
    auto const first = folder.write("a.mp4", "first");
    auto const last = folder.write("c.mp4", "last");
    auto const run = run_sluice({"upload", first, folder.file("b.mp4"), last, "--embedded", "--json"});
    CAPTURE(run.errors);
    CHECK(run.exit_code == 1);
    CHECK(std::ranges::count(run.output, '\n') == 3);
    CHECK(std::ranges::count(run.errors, '\n') >= 1);
}

TEST_CASE("a source that is no readable file fails with one clear error")
{
    temporary_path const folder;
    ::mkfifo(folder.file("fifo").c_str(), 0600);
    for (auto const& file : {folder.file("missing.mp4"), folder.file("fifo")})
    {
        CAPTURE(file);
        auto const run = run_sluice({"upload", file, "--embedded", "--json"});
        CHECK(run.exit_code == 1);
        json_line failure(run.output);
        CHECK_FALSE(failure.flag("ok"));
        CHECK(failure.text("code") == "source_failed");
        CHECK(failure.text("resource") == file);
        CHECK(run.errors.find(file + ": ") != std::string::npos);
    }
}

TEST_CASE("without credentials the error names the variables")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    auto const run = run_sluice({"upload", file, "--region", "cn-shanghai"}, no_credentials);
    CHECK(run.exit_code == 2);
    CHECK(run.errors.find("ALIBABA_CLOUD_ACCESS_KEY_ID") != std::string::npos);
}

TEST_CASE("files that could not be begun have their object too")
{
    auto const run = run_sluice({"upload", "a", "b", "c", "--region", "cn-shanghai", "--json"}, no_credentials);
    CHECK(run.exit_code == 2);
    auto const lines = lines_of(run.output);
    REQUIRE(lines.size() == 3);
    for (std::size_t i = 0; i < lines.size(); ++i)
    {
        json_line failure(lines[i]);
        CHECK(failure.text("file") == std::string(1, static_cast<char>('a' + i)));
        CHECK(failure.text("code") == "no_credentials");
    }
}

TEST_CASE("a pipe for --ca-file is refused and not waited for")
{
    temporary_path const folder;
    auto const pipe = folder.file("ca.pem");
    ::mkfifo(pipe.c_str(), 0600);
    auto const run = run_sluice({"upload", "a.mp4", "--embedded", "--ca-file", pipe});
    CHECK(run.exit_code == 2);
    CHECK(run.errors.find("not a regular file") != std::string::npos);
}

TEST_CASE("a receipt that cannot be written ends with 1 and says so")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    for (auto const* where : {">/dev/full", ">&-"})
    {
        CAPTURE(where);
        for (auto const* form : {"", " --json"})
        {
            auto const run =
                run_in_shell("exec \"$0\" upload \"$1\" --embedded" + std::string(form) + ' ' + where, file);
            CAPTURE(run.errors);
            CHECK(run.exit_code == 1);
            CHECK(run.errors.find("sluice: standard output could not be written: ") != std::string::npos);
        }
    }
    CHECK(run_in_shell("exec \"$0\" --help >/dev/full", "").exit_code == 1);
    CHECK(run_in_shell("exec \"$0\" upload \"$1\" --embedded >&- 2>&- <&-", file).exit_code == 1);
}

TEST_CASE("a reader that goes away does not keep an upload from being aborted")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    canned_server server("", true);
    program upload(sluice_program_path(), {"upload", file, "--ims-endpoint", server.url(), "--json"}, some_credentials);
    server.wait_for_request();
    upload.stop_reading();
    upload.send_signal(SIGINT);
    CHECK(upload.wait().exit_code == 130);  // not 141, which is SIGPIPE
}

TEST_CASE("a file's name is shown without its control characters")
{
    auto const run = run_sluice({"upload", "a\x1b[2J\nsluice: b", "--embedded"});
    CHECK(run.exit_code == 1);
    CHECK(run.errors.find('\x1b') == std::string::npos);
    CHECK(std::ranges::count(run.errors, '\n') == 1);
}

TEST_CASE("an unknown region is refused, and the known ones are listed")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    auto const run = run_sluice({"upload", file, "--region", "atlantis-1", "--json"}, some_credentials);
    CHECK(run.exit_code == 2);
    CHECK(run.errors.find("cn-shanghai") != std::string::npos);
}

TEST_CASE("wrong stream parameters are refused before any traffic, and the valid ones are listed")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    // Nothing listens there: traffic would fail otherwise.
    auto const run = run_sluice(
        {"upload", file, "--ims-endpoint", "http://127.0.0.1:1", "--definition", "8K", "--json"}, some_credentials);
    CHECK(run.exit_code == 2);
    json_line failure(run.output);
    CHECK(failure.text("code") == "invalid_argument");
    CHECK(failure.text("message").find("4K") != std::string::npos);
}

TEST_CASE("a server that does not speak the protocol gives one clear error")
{
    struct row
    {
        char const* what;
        std::string answer;
    };
    row const rows[] = {
        {"nothing", ""},
        {"garbage", std::string("\x16\x03\x01 what?\r\n\r\n", 13)},
        {"half", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Req"},
        {"html", "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n<html><body>Hi there</body></html>"},
        {"no fields", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"},
    };
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        canned_server const server(r.answer);
        auto const run =
            run_sluice({"upload", file, "--ims-endpoint", server.url(), "--json", "--timeout", "20"}, some_credentials);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 1);
        json_line failure(run.output);
        CHECK_FALSE(failure.flag("ok"));
        CHECK_FALSE(failure.text("message").empty());
        CHECK(run.errors.find("emulator-key-secret") == std::string::npos);
    }
}

TEST_CASE("a server that never answers ends the call at --timeout")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    canned_server const server("", true);
    auto const run =
        run_sluice({"upload", file, "--ims-endpoint", server.url(), "--json", "--timeout", "0.3"}, some_credentials);
    CHECK(run.exit_code == 1);
    CHECK(json_line(run.output).text("code") == "deadline_exceeded");
}

TEST_CASE("a certificate of an unknown authority, or for another name, is not trusted")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    running_emulator emulator({"--ca-file", folder.file("ca.pem")});
    auto const url = emulator.at("ims_tls_url");
    auto const port = url.substr(url.rfind(':') + 1);

    auto const unknown = run_sluice({"upload", file, "--ims-endpoint", url, "--json"}, some_credentials);
    CHECK(unknown.exit_code == 1);
    CHECK(json_line(unknown.output).text("code") == "untrusted_certificate");
    CHECK(unknown.errors.find("--ca-file") != std::string::npos);

    auto const wrong_name =
        run_sluice({"upload", file, "--ims-endpoint", "https://other.example:" + port, "--resolve",
                       "other.example:" + port + ":127.0.0.1", "--ca-file", folder.file("ca.pem"), "--json"},
            some_credentials);
    CHECK(wrong_name.exit_code == 1);
    CHECK(json_line(wrong_name.output).text("code") == "untrusted_certificate");

    auto const right_name = run_sluice(
        {"upload", file, "--ims-endpoint", "https://ice.cn-shanghai.aliyuncs.com:" + port, "--resolve",
            "ice.cn-shanghai.aliyuncs.com:" + port + ":127.0.0.1", "--ca-file", folder.file("ca.pem"), "--json"},
        some_credentials);
    CAPTURE(right_name.errors);
    CHECK(right_name.exit_code == 0);
    CHECK(emulator.stop().exit_code == 0);
}

TEST_CASE("put with the environment's credentials reaches the bucket and signature that were asked for")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "some bytes");
    running_emulator emulator({"--bucket", "media-bucket", "--cname", "media.example=media-bucket"});
    auto const url = emulator.at("oss_tls_url");
    auto const port = url.substr(url.rfind(':') + 1);
    auto const put = [&](std::vector<std::string> extra) {
        std::vector<std::string> arguments{"put", file, "--bucket", "media-bucket", "--key", "a b/\xE6\xB5\x81+.mp4",
            "--json", "--ca-file", emulator.at("ca_file")};
        arguments.insert(arguments.end(), extra.begin(), extra.end());
        auto const run = run_sluice(arguments, some_credentials);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 0);
        CHECK(json_line(run.output).flag("ok"));
    };
    put({"--endpoint", url, "--region", "cn-shanghai"});  // path style: an address
    put({"--endpoint", url, "--signature", "v1"});
    put({"--endpoint", "https://oss-cn-shanghai.aliyuncs.com:" + port, "--resolve",
        "media-bucket.oss-cn-shanghai.aliyuncs.com:" + port + ":127.0.0.1"});  // virtual host
    put({"--endpoint", "https://media.example:" + port, "--region", "cn-shanghai", "--resolve",
        "media.example:" + port + ":127.0.0.1"});  // custom domain

    auto const end = emulator.stop();
    CHECK(end.exit_code == 0);
    CHECK(end.errors.find("emulator-key-secret") == std::string::npos);
}

TEST_CASE("an emulator serves badly what its rules say, and its clock is wrong as told")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "some bytes");
    running_emulator emulator(
        {"--bucket", "media-bucket", "--clock-skew", "-3600", "--grant-lifetimes", "5,60", "--fault",
            "PutObject,key=refused,times=0,status=403,code=AccessDenied", "--fault", "PutObject,key=late,delay=1"});
    auto const put = [&](std::string const& key) {
        auto const run =
            run_sluice({"put", file, "--bucket", "media-bucket", "--key", key, "--json", "--ca-file",
                           emulator.at("ca_file"), "--endpoint", emulator.at("oss_tls_url"), "--region", "cn-shanghai"},
                some_credentials);
        CAPTURE(run.errors);
        json_line line(run.output);
        return line.flag("ok") ? std::string("ok") : line.text("code");
    };
    CHECK(put("refused") == "AccessDenied");
    CHECK(put("late") == "ok");
    auto const end = emulator.stop();
    CHECK(end.errors.find(R"("code":"RequestTimeTooSkewed")") != std::string::npos);
    CHECK(end.errors.find(R"("key":"refused","fault":"answer_status")") != std::string::npos);
    CHECK(end.errors.find(R"("fault":"delay")") != std::string::npos);
}

TEST_CASE("an interrupted upload ends with 130, and the files not begun are reported")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    for (int const signal : {SIGINT, SIGTERM, SIGHUP})
    {
        CAPTURE(signal);
        canned_server server("", true);
        program upload(sluice_program_path(), {"upload", file, file, file, "--ims-endpoint", server.url(), "--json"},
            some_credentials);
        server.wait_for_request();
        upload.send_signal(signal);
        auto const end = upload.wait();
        CHECK(end.exit_code == 130);
        auto const lines = lines_of(end.output);
        REQUIRE(lines.size() == 3);
        for (auto const& line : lines)
            CHECK(json_line(line).text("code") == "operation_aborted");
    }
}

TEST_CASE("SIGHUP that is ignored stays so, as nohup wants it")
{
    temporary_path const folder;
    auto const file = folder.write("a.mp4", "x");
    canned_server server("", true);
    program upload("/bin/sh",
        {"-c", "trap '' HUP; exec \"$0\" upload \"$1\" --ims-endpoint \"$2\" --json", sluice_program_path(), file,
            server.url()},
        some_credentials);
    server.wait_for_request();
    upload.send_signal(SIGHUP);
    upload.send_signal(SIGTERM);
    auto const end = upload.wait();
    CHECK(end.exit_code == 130);
    CHECK(json_line(end.output).text("code") == "operation_aborted");  // a second signal would have said nothing
}

TEST_CASE("with --json the demo's only output is the receipt")
{
    temporary_path const folder;
    auto const run = run_sluice({"demo", folder.write("a.mp4", "x"), "--json"});
    CHECK(run.exit_code == 0);
    CHECK(json_line(run.output).flag("ok"));
    CHECK(run.errors.find("SHA-256 of the stored object") != std::string::npos);
}

TEST_CASE("a demo that is interrupted before the upload leaves no temporary file")
{
    temporary_path const folder;
    auto const input = folder.file("input");
    ::mkfifo(input.c_str(), 0600);
    // Interrupted while it opens a pipe without a writer, and given one then.
    program demo(sluice_program_path(), {"demo", input, "--json"}, {{"TMPDIR", folder.file("")}});
    int const writer = ::open(input.c_str(), O_WRONLY | O_CLOEXEC);  // waits until the program reads
    demo.send_signal(SIGTERM);
    ::close(writer);
    auto const end = demo.wait();
    CHECK(end.exit_code == 130);
    CHECK(json_line(end.output).text("code") == "operation_aborted");
    CHECK(std::ranges::distance(std::filesystem::directory_iterator(folder.file(""))) == 1);
}

TEST_CASE("the demo checks what arrived, and says so")
{
    auto const run = run_sluice({"demo", "--quiet"});
    CAPTURE(run.errors);
    CHECK(run.exit_code == 0);
    CHECK(run.output.find("SHA-256 of the stored object") != std::string::npos);
    CHECK(run.output.find("DIFFERS") == std::string::npos);
}
