#include "cli/commands.hpp"
#include "cli/run_upload.hpp"

#include <CLI/CLI.hpp>

namespace sluice::cli
{

void put_command::add_to(CLI::App& app)
{
    app.add_option("file", file, "file to upload")->required();
    object.add_to(app);
    app.add_option("--region", transport.region, "region for signature V4; default: from the endpoint or the grant");
    checkpoint.add_to(app);
    transport.add_to(app);
    app.callback([this] {
        if (!object.given())
            throw CLI::RequiredError("--upload-address and --upload-auth, or --endpoint, --bucket and --key");
    });
}

exit_code put_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    auto const fail = [&](error const& e) {
        report_error(file, e, style);
        return exit_code_for(e);
    };
    auto config = object_options::to_config(transport);
    if (!config)
        return fail(config.error());
    auto grant = object.grant();
    if (!grant)
        return fail(grant.error());
    if (auto made = checkpoint.make_folder(); !made)
        return fail(made.error());

    std::vector<job> jobs(1);
    jobs.front().file = file;
    jobs.front().grant = std::move(*grant);
    auto options = transport.to_upload_options();
    checkpoint.apply_to(options);
    run_settings const settings{.keeps_parts = !checkpoint.folder.empty(), .style = style};
    return run_uploads(std::move(*config), std::move(jobs), options, settings).code;
}

}  // namespace sluice::cli
