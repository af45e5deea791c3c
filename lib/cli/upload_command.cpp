#include "cli/commands.hpp"
#include "cli/file_list.hpp"
#include "cli/interruption.hpp"
#include "cli/run_upload.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>

namespace sluice::cli
{

namespace
{

std::map<std::string, sluice::priority> const priorities{
    {"high", priority::high}, {"normal", priority::normal}, {"background", priority::background}};

constexpr int most_jobs = 1000;

}  // namespace

void upload_command::add_to(CLI::App& app)
{
    app.add_option("file", files, "files to upload, each as a stream of its own, and folders of such")->required();
    stream.add_to(app, transport);
    app.add_option("--jobs", jobs, "files at once")->check(CLI::Range(1, most_jobs));
    checkpoint.add_to(app);
    checkpoint.add_keep_grant_to(app);
    app.add_option("--on-expiry", on_expiry,
           "when the temporary credential ends before the upload: fail, or restart it once under another one")
        ->check(CLI::IsMember({"fail", "restart"}));
    app.add_option("--priority", priority, "before or behind what else waits for connections or memory")
        ->check(CLI::IsMember(priorities));
    transport.add_to(app);
    app.callback([this] {
        if (!stream.given(transport))
            throw CLI::RequiredError("one of --embedded, --region and --ims-endpoint");
    });
}

namespace
{

// The extension of the file's own name, where it is one that IMS would take.
std::optional<std::string> own_extension(std::string const& file)
{
    auto const name = file.substr(file.rfind('/') + 1);
    auto const dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == name.size())
        return std::nullopt;
    auto const extension = name.substr(dot + 1);
    bool const plain = extension.size() <= 16 &&
                       extension.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
    return plain ? std::optional(extension) : std::nullopt;
}

std::vector<job> jobs_of(upload_command const& command)
{
    std::vector<job> all;
    for (auto& file : list_files(command.files, command.checkpoint.folder, &interruption::happened))
    {
        auto& next = all.emplace_back();
        next.request = command.stream.request();
        if (!next.request.file_extension)
            next.request.file_extension = own_extension(file.path);
        next.file = std::move(file.path);
        next.refused = std::move(file.unreadable);
    }
    return all;
}

upload_options options_of(upload_command const& command)
{
    auto options = command.transport.to_upload_options();
    command.checkpoint.apply_to(options);
    options.on_expiry = command.on_expiry == "restart" ? expiry_policy::restart : expiry_policy::fail;
    options.priority = priorities.at(command.priority);
    return options;
}

}  // namespace

exit_code upload_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    auto const fail = [&](error const& e) {
        report_error("upload", files, e, style);
        return exit_code_for(e);
    };
    auto config = stream.to_config(transport);
    if (!config)
        return fail(config.error());
    if (auto made = checkpoint.make_folder(); !made)
        return fail(made.error());

    interruption const early;  // an emulator makes a temporary folder
    auto local = stream.start_emulator(*config);
    if (!local)
        return fail(local.error());

    auto all = jobs_of(*this);
    if (all.empty())
        std::fputs("sluice: upload: there are no files in these folders\n", stderr);
    run_settings const settings{.at_once = jobs, .keeps_parts = checkpoint.keep_grant, .style = style};
    auto const run = run_uploads(std::move(*config), std::move(all), options_of(*this), settings);
    interruption const late;
    local->reset();
    return run.code;
}

}  // namespace sluice::cli
