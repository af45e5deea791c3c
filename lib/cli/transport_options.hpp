#pragma once

#include <sluice/client_config.hpp>
#include <sluice/error.hpp>
#include <sluice/upload_options.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace CLI
{
class App;
}

namespace sluice::cli
{

// The options that commands share: how to reach the services, and how to cut and send an object.
struct transport_options
{
    std::string region;
    std::string ims_endpoint;
    std::string oss_endpoint;
    std::string ca_file;
    std::vector<std::string> resolve;  // HOST:PORT:ADDRESS
    std::uint64_t part_size = upload_options{}.part_size;
    std::uint64_t stream_part_size = upload_options{}.stream_part_size;
    std::uint64_t multipart_threshold = upload_options{}.multipart_threshold;
    std::uint64_t memory_limit = client_config{}.memory_limit;
    std::uint64_t bandwidth = 0;  // bytes a second; 0: no limit
    unsigned parallel = upload_options{}.parts_in_flight;
    unsigned connections = pool_limits{}.connections;
    unsigned pipeline_depth = 0;  // 0: the library's defaults
    std::string signature = "v4";
    double timeout = 0;  // seconds; 0: none
    bool json = false;
    bool quiet = false;

    // All that a command needs which uploads files; others take some of it.
    void add_to(CLI::App& command);
    void add_reach_to(CLI::App& command);      // where the services are, whom to trust, how to sign
    void add_pace_to(CLI::App& command);       // how much at once, and how long
    void add_part_size_to(CLI::App& command);  // of sources of known length
    void add_quiet_to(CLI::App& command);

    // Errors: errc::invalid_argument for a value that no upload can work with; the message names the option.
    [[nodiscard]] result<client_config> to_config() const;
    [[nodiscard]] upload_options to_upload_options() const;
};

// `e`, its message beginning with the option that is to blame.
error blamed_on(std::string_view option, error e);

// 300, 100KiB, 8 MiB, 5g, ...: a unit counts in powers of 1024. Errors: errc::invalid_argument.
result<std::uint64_t> parse_size(std::string_view text);

// A size with or without "/s" behind it. Errors: errc::invalid_argument.
result<std::uint64_t> parse_rate(std::string_view text);

// From a millisecond to a year. Errors: errc::invalid_argument.
result<double> parse_seconds(std::string_view text);

// For CLI11, which shows the text: replaces it by the number of bytes. Empty: it was good.
std::string to_bytes(std::string& text);
std::string to_part_size(std::string& text);

// HOST:PORT:ADDRESS, with an IPv6 address in brackets or bare.
result<resolve_override> parse_resolve(std::string const& text);

}  // namespace sluice::cli
