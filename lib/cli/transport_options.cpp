#include "cli/transport_options.hpp"

#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <chrono>

namespace sluice::cli
{

void transport_options::add_to(CLI::App& command)
{
    constexpr bool kilo_is_1000 = false;
    command.add_option(
        "--oss-endpoint", oss_endpoint, "OSS endpoint instead of the granted one, [scheme://]host[:port]");
    command.add_option(
        "--ca-file", ca_file, "PEM file with the certificate authorities to trust; default: the system's");
    command.add_option("--resolve", resolve, "HOST:PORT:ADDRESS: connect there instead of asking the name service")
        ->allow_extra_args(false);
    command.add_option("--part-size", part_size, "bytes per part, such as 8MiB (100KiB to 5GiB)")
        ->transform(CLI::AsSizeValue(kilo_is_1000));
    command
        .add_option("--multipart-threshold", multipart_threshold, "up to this many bytes go as one put, such as 8MiB")
        ->transform(CLI::AsSizeValue(kilo_is_1000));
    command.add_option("--parallel", parallel, "parts of a file on the wire at once")->check(CLI::Range(1, 1000));
    command.add_option("--connections", connections, "connections to one host, at most")->check(CLI::Range(1, 10000));
    command
        .add_option("--pipeline-depth", pipeline_depth, "requests unanswered on one connection; 1 turns pipelining off")
        ->check(CLI::Range(1, 1000));
    command.add_option("--signature", signature, "OSS signature version")->check(CLI::IsMember({"v4", "v1"}));
    command.add_option("--timeout", timeout, "seconds that one file may take in all")->check(CLI::PositiveNumber);
    command.add_flag("--json", json, "one JSON object per file on standard output, and nothing else there");
    command.add_flag("--quiet", quiet, "no progress");
}

result<client_config> transport_options::to_config() const
{
    client_config config;
    config.region = region;
    config.ims_endpoint = ims_endpoint;
    config.oss_endpoint = oss_endpoint;
    config.ca_file = ca_file;
    config.signature = signature == "v1" ? signature_version::v1 : signature_version::v4;
    config.pool.connections = connections;
    if (pipeline_depth != 0)
    {
        config.pool.call_pipeline_depth = pipeline_depth;
        config.pool.part_pipeline_depth = pipeline_depth;
    }
    config.user_agent = "sluice-cli";
    for (auto const& text : resolve)
    {
        auto parsed = parse_resolve(text);
        if (!parsed)
            return std::move(parsed).error();
        config.resolve_overrides.push_back(std::move(*parsed));
    }
    return config;
}

upload_options transport_options::to_upload_options() const
{
    upload_options options;
    options.part_size = part_size;
    options.multipart_threshold = multipart_threshold;
    options.parts_in_flight = parallel;
    options.deadline = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(timeout));
    return options;
}

result<resolve_override> parse_resolve(std::string const& text)
{
    auto const refuse = [&] {
        return error(
            errc::invalid_argument, "--resolve wants HOST:PORT:ADDRESS with a numeric address, not \"" + text + '"');
    };

    auto const host_end = text.find(':');
    auto const port_end = host_end == std::string::npos ? host_end : text.find(':', host_end + 1);
    if (port_end == std::string::npos || host_end == 0)
        return refuse();

    auto const port = parse_number<std::uint16_t>(std::string_view(text).substr(host_end + 1, port_end - host_end - 1));
    auto address = text.substr(port_end + 1);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);

    boost::system::error_code failure;
    resolve_override parsed;
    parsed.host = text.substr(0, host_end);
    parsed.address = asio::ip::make_address(address, failure);
    if (failure || !port || *port == 0)
        return refuse();
    parsed.port = *port;
    return parsed;
}

}  // namespace sluice::cli
