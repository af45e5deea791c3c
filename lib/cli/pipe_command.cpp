#include "cli/commands.hpp"
#include "cli/interruption.hpp"
#include "cli/run_upload.hpp"
#include "cli/standard_input.hpp"

#include <CLI/CLI.hpp>

namespace sluice::cli
{

void pipe_command::add_to(CLI::App& app)
{
    stream.add_to(app, transport);
    object.add_to(app);
    for (auto const* theirs : {"--upload-address", "--endpoint"})
        for (auto const* ours : {"--embedded", "--ims-endpoint", "--media-id", "--definition", "--file-extension",
                 "--hdr-type", "--user-data"})
            app.get_option(theirs)->excludes(app.get_option(ours));
    transport.add_reach_to(app);
    app.add_option("--stream-part-size", transport.stream_part_size,
           "bytes of the first parts, such as 1MiB (100KiB to 5GiB); later ones grow")
        ->transform(CLI::Validator(&to_part_size, "SIZE"));
    transport.add_pace_to(app);
    app.add_flag("--json", transport.json, "one JSON object on standard output, and nothing else there");
    transport.add_quiet_to(app);
    app.footer("Reads standard input to its end, and takes that for the end of the stream: that the program which "
               "writes to the pipe failed can't be seen here, and leaves an object that ends where it did. In a "
               "shell, `set -o pipefail` tells.");
    app.callback([this] {
        if (!object.given() && !stream.given(transport))
            throw CLI::RequiredError(
                "one of --embedded, --region and --ims-endpoint, or the options of an object as in sluice put");
    });
}

exit_code pipe_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    standard_input const for_its_name;
    auto const fail = [&](error const& e) {
        report_error(for_its_name.name(), e, style);
        return exit_code_for(e);
    };
    std::vector<job> jobs(1);
    auto config = object.given() ? object_options::to_config(transport) : stream.to_config(transport);
    if (!config)
        return fail(config.error());
    if (object.given())
    {
        auto grant = object.grant();
        if (!grant)
            return fail(grant.error());
        jobs.front().grant = std::move(*grant);
    }
    else
        jobs.front().request = stream.request();

    interruption const early;  // an emulator makes a temporary folder
    auto local = stream.start_emulator(*config);
    if (!local)
        return fail(local.error());
    jobs.front().file = for_its_name.name();
    jobs.front().stream = std::make_unique<standard_input>();
    run_settings const settings{.style = style};
    auto const run = run_uploads(std::move(*config), std::move(jobs), transport.to_upload_options(), settings);
    interruption const late;
    local->reset();
    return run.code;
}

}  // namespace sluice::cli
