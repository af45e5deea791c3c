#include "cli/transport_options.hpp"

#include "base/endpoint.hpp"
#include "base/text.hpp"
#include "cli/printable.hpp"
#include "net/tls_context.hpp"
#include "upload/part_plan.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

namespace sluice::cli
{

namespace
{

constexpr double least_timeout = 0.001;      // upload_options::deadline counts milliseconds, and zero means none
constexpr double most_timeout = 31'536'000;  // a year

// What a user wrote, short enough for a message.
std::string in_quotes(std::string_view text)
{
    constexpr std::size_t shown = 40;
    return '"' + printable(text.substr(0, shown)) + (text.size() > shown ? "...\"" : "\"");
}

error refusal(std::string text)
{
    error e(errc::invalid_argument, std::move(text));
    e.attempts = 0;
    return e;
}

template <class T>
std::string message_of(result<T> const& r)
{
    return r ? std::string() : r.error().message;
}

std::string to_bytes_a_second(std::string& text)
{
    auto const rate = parse_rate(text);
    if (rate)
        text = std::to_string(*rate);
    return message_of(rate);
}

constexpr std::uint64_t least_memory = mib;  // client_config::memory_limit

std::string to_memory_limit(std::string& text)
{
    auto const given = text;
    if (auto refused = to_bytes(text); !refused.empty())
        return refused;
    bool const allowed = parse_number<std::uint64_t>(text).value_or(0) >= least_memory;
    return allowed ? std::string() : "allowed is 1MiB and more, not " + in_quotes(given);
}

std::string check_seconds(std::string& text)
{
    return message_of(parse_seconds(text));
}

// Powers of 1024 by which a unit counts; nothing for one that is not known.
std::optional<unsigned> power_of_unit(std::string_view unit)
{
    static constexpr std::string_view prefixes = "kmgt";
    auto const text = to_lower(unit);
    if (text.empty() || text == "b")
        return 0;
    auto const power = prefixes.find(text[0]);
    auto const rest = std::string_view(text).substr(1);
    if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib"))
        return std::nullopt;
    return static_cast<unsigned>(power) + 1;
}

result<void> check_endpoint(std::string_view option, std::string const& text)
{
    if (text.empty())
        return {};
    auto const parsed = parse_endpoint(text);
    return parsed ? result<void>() : blamed_on(option, parsed.error());
}

// Loaded once more by the client, but there only when the first connection is made.
result<void> check_authorities(std::string const& ca_file)
{
    if (ca_file.empty())
        return {};
    auto const loaded = net::tls_context::create(ca_file, true);
    return loaded ? result<void>() : blamed_on("--ca-file", loaded.error());
}

}  // namespace

void transport_options::add_to(CLI::App& command)
{
    add_reach_to(command);
    add_part_size_to(command);
    command
        .add_option("--multipart-threshold", multipart_threshold, "up to this many bytes go as one put, such as 8MiB")
        ->transform(CLI::Validator(&to_bytes, "SIZE"));
    add_pace_to(command);
    command.add_flag("--json", json, "one JSON object per file on standard output, and nothing else there");
    add_quiet_to(command);
}

void transport_options::add_reach_to(CLI::App& command)
{
    command.add_option(
        "--oss-endpoint", oss_endpoint, "OSS endpoint instead of the granted one, [scheme://]host[:port]");
    command.add_option(
        "--ca-file", ca_file, "PEM file with the certificate authorities to trust; default: the system's");
    command.add_option("--resolve", resolve, "HOST:PORT:ADDRESS: connect there instead of asking the name service")
        ->allow_extra_args(false);
    command.add_option("--signature", signature, "OSS signature version")->check(CLI::IsMember({"v4", "v1"}));
}

void transport_options::add_part_size_to(CLI::App& command)
{
    command.add_option("--part-size", part_size, "bytes per part, such as 8MiB (100KiB to 5GiB)")
        ->transform(CLI::Validator(&to_part_size, "SIZE"));
}

void transport_options::add_pace_to(CLI::App& command)
{
    command.add_option("--parallel", parallel, "parts of a file on the wire at once")->check(CLI::Range(1, 1000));
    command.add_option("--connections", connections, "connections to one host, at most")->check(CLI::Range(1, 10000));
    command
        .add_option("--pipeline-depth", pipeline_depth, "requests unanswered on one connection; 1 turns pipelining off")
        ->check(CLI::Range(1, 1000));
    command.add_option("--bandwidth", bandwidth, "bytes a second of the whole run, at most, such as 20MiB/s; 0: any")
        ->transform(CLI::Validator(&to_bytes_a_second, "RATE"));
    command
        .add_option(
            "--memory-limit", memory_limit, "bytes that all uploads hold in memory, such as 64MiB (1MiB or more)")
        ->transform(CLI::Validator(&to_memory_limit, "SIZE"));
    command
        .add_option("--timeout", timeout,
            "seconds that one upload may take in all; aborting it on the server may take up to 10 more")
        ->check(CLI::Validator(&check_seconds, "SECONDS"));
}

void transport_options::add_quiet_to(CLI::App& command)
{
    command.add_flag("--quiet", quiet, "no progress");
}

result<client_config> transport_options::to_config() const
{
    result<void> const checks[] = {check_endpoint("--ims-endpoint", ims_endpoint),
        check_endpoint("--oss-endpoint", oss_endpoint), check_authorities(ca_file)};
    for (auto const& check : checks)
        if (!check)
            return check.error();

    client_config config;
    config.region = region;
    config.ims_endpoint = ims_endpoint;
    config.oss_endpoint = oss_endpoint;
    config.ca_file = ca_file;
    config.signature = signature == "v1" ? signature_version::v1 : signature_version::v4;
    config.memory_limit = memory_limit;
    config.bandwidth = bandwidth;
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
    options.stream_part_size = stream_part_size;
    options.multipart_threshold = multipart_threshold;
    options.parts_in_flight = parallel;
    options.deadline = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(timeout));
    return options;
}

error blamed_on(std::string_view option, error e)
{
    e.message = std::string(option) + ": " + e.message;
    return e;
}

std::string to_bytes(std::string& text)
{
    auto const size = parse_size(text);
    if (size)
        text = std::to_string(*size);
    return message_of(size);
}

std::string to_part_size(std::string& text)
{
    auto const given = text;
    if (auto refused = to_bytes(text); !refused.empty())
        return refused;
    auto const size = parse_number<std::uint64_t>(text).value_or(0);
    bool const allowed = size >= upload::min_part_size && size <= upload::max_part_size;
    return allowed ? std::string() : "allowed are 100KiB to 5GiB, not " + in_quotes(given);
}

result<std::uint64_t> parse_size(std::string_view text)
{
    auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    auto const number = parse_number<std::uint64_t>(text.substr(0, digits));
    auto const power = power_of_unit(trim(text.substr(digits)));
    if (digits == 0 || !power)
        return refusal("wants a number of bytes such as 300, 100KiB or 8MiB, not " + in_quotes(text));
    auto const unit = std::uint64_t{1} << (10 * *power);
    if (!number || *number > std::numeric_limits<std::uint64_t>::max() / unit)
        return refusal(in_quotes(text) + " is more than any object can have");
    return *number * unit;
}

result<std::uint64_t> parse_rate(std::string_view text)
{
    auto const size = text.ends_with("/s") ? text.substr(0, text.size() - 2) : text;
    if (auto const bytes = parse_size(size))
        return *bytes;
    return refusal("wants a number of bytes a second such as 500KiB/s or 20MiB/s, not " + in_quotes(text));
}

result<double> parse_seconds(std::string_view text)
{
    double seconds = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    bool const whole = failure == std::errc() && end == text.data() + text.size();
    if (!whole || !(seconds >= least_timeout && seconds <= most_timeout))  // a NaN is neither
        return refusal("wants seconds from 0.001 to 31536000 (a year), not " + in_quotes(text));
    return seconds;
}

result<resolve_override> parse_resolve(std::string const& text)
{
    auto const refuse = [&] {
        return refusal("--resolve wants HOST:PORT:ADDRESS with a numeric address, not " + in_quotes(text));
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
