#include "cli/commands.hpp"
#include "cli/demo_file.hpp"
#include "cli/embedded_emulator.hpp"
#include "cli/interruption.hpp"
#include "cli/run_upload.hpp"
#include "cli/standard_output.hpp"

#include <CLI/CLI.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstdio>

namespace sluice::cli
{

void demo_command::add_to(CLI::App& app)
{
    app.add_option("file", file, "file to upload; default: 64 MiB made up for it");
    transport.add_to(app);
}

namespace
{

// For people: with --json, standard output is for the receipt alone.
void say(std::string const& text, report_style style)
{
    if (style.json)
        std::fputs(text.c_str(), stderr);
    else
        write_output(text);
}

// Whether the object that the receipt names is, byte for byte, the file.
bool check_stored(embedded_emulator& local, receipt const& proof, file_fingerprint const& expected, report_style style)
{
    auto const objects = local.server().objects();
    auto const stored = std::ranges::find_if(
        objects, [&](auto const& o) { return o.bucket == proof.bucket && o.key == proof.object_key; });
    if (stored == objects.end())
    {
        say("check: the object is not there\n", style);
        return false;
    }
    bool const same_digest = stored->sha256 == expected.sha256;
    bool const same_crc = stored->crc64 == expected.crc64;
    say("check\n  SHA-256 of the stored object " + stored->sha256 + "  " +
            (same_digest ? "equals the file's" : "DIFFERS from the file's " + expected.sha256) +
            "\n  CRC-64 of the stored object  " + std::to_string(stored->crc64) + "  " +
            (same_crc ? "equals the file's" : "DIFFERS from the file's") + '\n',
        style);
    return same_digest && same_crc && stored->size == expected.bytes;
}

error interrupted()
{
    error e(asio::error::operation_aborted, "interrupted before the upload began");
    e.attempts = 0;
    return e;
}

}  // namespace

exit_code demo_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    auto const fail = [&](error const& e) {
        report_error(file.empty() ? "demo" : file, e, style);
        return interruption::happened() ? exit_code::interrupted : exit_code_for(e);
    };

    auto config = transport.to_config();
    if (!config)
        return fail(config.error());
    interruption const early;
    auto folder = temporary_folder::make();
    if (!folder)
        return fail(folder.error());
    auto const path = file.empty() ? (folder->path() / "demo.mp4").string() : file;
    if (file.empty())
    {
        if (auto written = write_demo_file(path, 64 * mib, &interruption::happened); !written)
            return fail(written.error());
    }
    auto const expected = fingerprint_of(path, &interruption::happened);
    if (!expected)
        return fail(expected.error());

    auto local = embedded_emulator::start({});
    if (!local)
        return fail(local.error());
    (*local)->point(*config);
    if (interruption::happened())
        return fail(interrupted());
    if (!style.json)
        write_output("emulator\n  IMS at " + (*local)->server().ims_tls_url() + ", OSS at " +
                     (*local)->server().oss_tls_url() + '\n');

    std::vector<job> jobs(1);
    jobs.front().file = path;
    jobs.front().request.file_extension = "mp4";
    run_settings const settings{.style = style};
    auto const run = run_uploads(std::move(*config), std::move(jobs), transport.to_upload_options(), settings);
    interruption const late;
    if (run.code != exit_code::all_uploaded)
        return run.code;
    bool const arrived = check_stored(**local, run.receipts.front(), *expected, style);
    return arrived ? exit_code::all_uploaded : exit_code::failed;
}

}  // namespace sluice::cli
