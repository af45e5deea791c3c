#include "cli/commands.hpp"
#include "cli/embedded_emulator.hpp"
#include "cli/interruption.hpp"
#include "ims/service.hpp"

#include <CLI/CLI.hpp>

namespace sluice::cli
{

void upload_command::add_to(CLI::App& app)
{
    app.add_option("file", files, "files to upload, each as a stream of its own")->required();
    app.add_option("--media-id", media_id, "media asset that gets the stream");
    app.add_option("--definition", definition, "FD LD SD HD OD 2K 4K (video), SQ HQ (sound)");
    app.add_option("--file-extension", file_extension, "without the dot; default: the file's own");
    app.add_option("--hdr-type", hdr_type, "HDR HDR10 HLG DolbyVision HDRVivid SDR+");
    app.add_option("--user-data", user_data, "a JSON object, handed back in the callback");
    auto* const local = app.add_flag("--embedded", embedded, "upload to an emulator started in this process");
    auto* const region = app.add_option("--region", transport.region, "IMS region, such as cn-shanghai");
    auto* const endpoint =
        app.add_option("--ims-endpoint", transport.ims_endpoint, "IMS endpoint, [scheme://]host[:port]");
    local->excludes(region)->excludes(endpoint);
    transport.add_to(app);
    app.callback([this] {
        if (!embedded && transport.region.empty() && transport.ims_endpoint.empty())
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

// Each alone, so that the message can name its option.
result<void> check_request(upload_command const& command)
{
    struct field
    {
        char const* option;
        std::optional<std::string> stream_request::* in_request;
        std::optional<std::string> const& given;
    };
    field const fields[] = {
        {"--media-id", &stream_request::media_id, command.media_id},
        {"--definition", &stream_request::definition, command.definition},
        {"--file-extension", &stream_request::file_extension, command.file_extension},
        {"--hdr-type", &stream_request::hdr_type, command.hdr_type},
        {"--user-data", &stream_request::user_data, command.user_data},
    };
    for (auto const& f : fields)
    {
        stream_request request;
        request.*f.in_request = f.given;
        if (auto valid = ims::validate(request); !valid)
            return blamed_on(f.option, std::move(valid).error());
    }
    return {};
}

result<void> check_region(upload_command const& command)
{
    if (command.embedded || !command.transport.ims_endpoint.empty())
        return {};
    auto const where = ims::endpoint_of_region(command.transport.region);
    return where ? result<void>() : blamed_on("--region", where.error());
}

// All but the emulator's settings. Errors: what is wrong on the command line or absent from the environment.
result<client_config> config_of(upload_command const& command)
{
    if (auto valid = check_request(command); !valid)
        return std::move(valid).error();
    if (auto valid = check_region(command); !valid)
        return std::move(valid).error();
    auto config = command.transport.to_config();
    if (!config || command.embedded)
        return config;
    auto found = credentials_from_environment();
    if (!found)
        return std::move(found).error();
    config->credentials = std::move(*found);
    return config;
}

}  // namespace

exit_code upload_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    auto const fail = [&](error const& e) {
        report_error("upload", files, e, style);
        return exit_code_for(e);
    };
    auto config = config_of(*this);
    if (!config)
        return fail(config.error());

    interruption const early;  // an emulator makes a temporary folder
    std::unique_ptr<embedded_emulator> local;
    if (embedded)
    {
        auto started = embedded_emulator::start({});
        if (!started)
            return fail(started.error());
        local = std::move(*started);
        local->point(*config);
    }

    std::vector<job> jobs;
    for (auto const& file : files)
    {
        auto& next = jobs.emplace_back();
        next.file = file;
        next.request.media_id = media_id;
        next.request.definition = definition;
        next.request.file_extension = file_extension ? file_extension : own_extension(file);
        next.request.hdr_type = hdr_type;
        next.request.user_data = user_data;
    }
    auto const run = run_uploads(std::move(*config), std::move(jobs), transport.to_upload_options(), style);
    interruption const late;
    local.reset();
    return run.code;
}

}  // namespace sluice::cli
