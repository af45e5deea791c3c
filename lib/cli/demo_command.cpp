#include "cli/commands.hpp"
#include "cli/demo_file.hpp"
#include "cli/embedded_emulator.hpp"

#include <CLI/CLI.hpp>

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

// Whether the object that the receipt names is, byte for byte, the file.
bool check_stored(embedded_emulator& local, receipt const& proof, file_fingerprint const& expected)
{
    auto const objects = local.server().objects();
    auto const stored = std::ranges::find_if(
        objects, [&](auto const& o) { return o.bucket == proof.bucket && o.key == proof.object_key; });
    if (stored == objects.end())
    {
        std::printf("check: the object is not there\n");
        return false;
    }
    bool const same_digest = stored->sha256 == expected.sha256;
    bool const same_crc = stored->crc64 == expected.crc64;
    std::printf("check\n  SHA-256 of the stored object %s  %s\n", stored->sha256.c_str(),
        same_digest ? "equals the file's" : ("DIFFERS from the file's " + expected.sha256).c_str());
    std::printf("  CRC-64 of the stored object  %llu  %s\n", static_cast<unsigned long long>(stored->crc64),
        same_crc ? "equals the file's" : "DIFFERS from the file's");
    return same_digest && same_crc && stored->size == expected.bytes;
}

}  // namespace

exit_code demo_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    auto const fail = [&](error const& e) {
        report_error("demo", e, style);
        return exit_code::failed;
    };

    auto folder = temporary_folder::make();
    if (!folder)
        return fail(folder.error());
    auto const path = file.empty() ? (folder->path() / "demo.mp4").string() : file;
    if (file.empty())
    {
        if (auto written = write_demo_file(path, 64 * mib); !written)
            return fail(written.error());
    }
    auto const expected = fingerprint_of(path);
    if (!expected)
        return fail(expected.error());

    auto local = embedded_emulator::start({});
    if (!local)
        return fail(local.error());
    auto config = transport.to_config();
    if (!config)
        return fail(config.error());
    (*local)->point(*config);
    if (!style.json)
        std::printf("emulator\n  IMS at %s, OSS at %s\n", (*local)->server().ims_tls_url().c_str(),
            (*local)->server().oss_tls_url().c_str());

    std::vector<job> jobs(1);
    jobs.front().file = path;
    jobs.front().request.file_extension = "mp4";
    auto const run = run_uploads(std::move(*config), std::move(jobs), transport.to_upload_options(), style);
    if (run.code != exit_code::all_uploaded)
        return run.code;
    return check_stored(**local, run.receipts.front(), *expected) ? exit_code::all_uploaded : exit_code::failed;
}

}  // namespace sluice::cli
