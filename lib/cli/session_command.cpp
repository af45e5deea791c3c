#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "cli/run_work.hpp"
#include "cli/standard_output.hpp"

#include <CLI/CLI.hpp>

#include <vector>

namespace sluice::cli
{

void session_command::add_to(CLI::App& app)
{
    app.add_option("file", file, "file that will be uploaded; all who upload parts of it must be able to read it")
        ->required();
    object.add_to(app);
    app.add_option("--region", transport.region, "region for signature V4; default: from the endpoint or the grant");
    transport.add_reach_to(app);
    transport.add_part_size_to(app);
    app.footer("Prints the session as one line of JSON, which holds no secret: give it to sluice part.");
    app.callback([this] {
        if (!object.given())
            throw CLI::RequiredError("--upload-address and --upload-auth, or --endpoint, --bucket and --key");
    });
}

exit_code session_command::run() const
{
    report_style const style;
    auto const fail = [&](error const& e) {
        report_error(file, e, style);
        return exit_code_for(e);
    };
    auto config = object_options::to_config(transport);
    if (!config)
        return fail(config.error());
    auto const grant = object.grant();
    if (!grant)
        return fail(grant.error());

    auto const begin = [&](client& with) -> asio::awaitable<exit_code> {
        file_source source(file);
        auto const size = source.open();
        if (!size)
            co_return fail(size.error());
        auto const begun = co_await with.async_begin_session(*grant, *size, transport.to_upload_options());
        if (!begun)
            co_return fail(begun.error());
        write_output(begun->to_json() + '\n');
        if (output_is_complete())
            co_return exit_code::all_uploaded;
        std::vector<orphaned_upload> const untold{{begun->bucket, begun->object_key, begun->upload_id}};
        tell_orphans(untold);  // nothing else names it
        co_return exit_code::failed;
    };
    return run_work(std::move(*config), "taking the session back", begin);
}

}  // namespace sluice::cli
