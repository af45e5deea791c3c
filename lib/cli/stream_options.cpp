#include "cli/stream_options.hpp"

#include "ims/service.hpp"

#include <CLI/CLI.hpp>

namespace sluice::cli
{

void stream_options::add_to(CLI::App& command, transport_options& transport)
{
    command.add_option("--media-id", media_id, "media asset that gets the stream");
    command.add_option("--definition", definition, "FD LD SD HD OD 2K 4K (video), SQ HQ (sound)");
    command.add_option("--file-extension", file_extension, "without the dot; default: the file's own");
    command.add_option("--hdr-type", hdr_type, "HDR HDR10 HLG DolbyVision HDRVivid SDR+");
    command.add_option("--user-data", user_data, "a JSON object, handed back in the callback");
    auto* const local = command.add_flag("--embedded", embedded, "upload to an emulator started in this process");
    auto* const region = command.add_option("--region", transport.region, "region of IMS, such as cn-shanghai");
    auto* const endpoint =
        command.add_option("--ims-endpoint", transport.ims_endpoint, "IMS endpoint, [scheme://]host[:port]");
    local->excludes(region)->excludes(endpoint);
}

bool stream_options::given(transport_options const& transport) const
{
    return embedded || !transport.region.empty() || !transport.ims_endpoint.empty();
}

stream_request stream_options::request() const
{
    stream_request all;
    all.media_id = media_id;
    all.definition = definition;
    all.file_extension = file_extension;
    all.hdr_type = hdr_type;
    all.user_data = user_data;
    return all;
}

result<std::unique_ptr<embedded_emulator>> stream_options::start_emulator(client_config& config) const
{
    if (!embedded)
        return std::unique_ptr<embedded_emulator>();
    auto started = embedded_emulator::start({});
    if (started)
        (*started)->point(config);
    return started;
}

namespace
{

// Each alone, so that the message can name its option.
result<void> check_request(stream_options const& options)
{
    struct field
    {
        char const* option;
        std::optional<std::string> stream_request::* in_request;
        std::optional<std::string> const& given;
    };
    field const fields[] = {
        {"--media-id", &stream_request::media_id, options.media_id},
        {"--definition", &stream_request::definition, options.definition},
        {"--file-extension", &stream_request::file_extension, options.file_extension},
        {"--hdr-type", &stream_request::hdr_type, options.hdr_type},
        {"--user-data", &stream_request::user_data, options.user_data},
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

}  // namespace

result<client_config> stream_options::to_config(transport_options const& transport) const
{
    if (auto valid = check_request(*this); !valid)
        return std::move(valid).error();
    if (!embedded && transport.ims_endpoint.empty())
        if (auto const where = ims::endpoint_of_region(transport.region); !where)
            return blamed_on("--region", where.error());
    auto config = transport.to_config();
    if (!config || embedded)
        return config;
    auto found = credentials_from_environment();
    if (!found)
        return std::move(found).error();
    config->credentials = std::move(*found);
    return config;
}

}  // namespace sluice::cli
