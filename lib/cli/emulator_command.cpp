#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/temporary_folder.hpp"

#include <sluice/emulator.hpp>

#include <CLI/CLI.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <optional>
#include <set>

namespace sluice::cli
{

namespace
{

constexpr std::int64_t longest_skew = 315'360'000;  // ten years

// What CLI11 would take for 0, or for the default.
std::string not_empty(std::string const& text)
{
    return text.empty() ? "must not be empty" : std::string();
}

std::string check_fault(std::string const& text)
{
    auto const rule = emulator::parse_fault_rule(text);
    return rule ? std::string() : rule.error().message;
}

void check_cnames(std::vector<std::string> const& cnames)
{
    std::set<std::string> domains;
    for (auto const& text : cnames)
    {
        auto const equals = text.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
            throw CLI::ValidationError("--cname", "wants DOMAIN=BUCKET, not " + text);
        auto const domain = to_lower(text.substr(0, equals));
        if (domain.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string::npos)
            throw CLI::ValidationError(
                "--cname", "wants a domain name alone before the =, without a port, not " + text);
        if (!domains.insert(domain).second)
            throw CLI::ValidationError("--cname", "names " + domain + " twice");
    }
}

}  // namespace

void emulator_command::add_to(CLI::App& app)
{
    emulator::config const defaults;
    access_key_id = defaults.access_key_id;
    access_key_secret = std::string(defaults.access_key_secret.reveal());
    grant_lifetime = defaults.grant_lifetime.count();
    region = defaults.region;

    app.add_option("--ims-port", ims_port, "port of IMS over http; 0: any")->check(not_empty);
    app.add_option("--ims-tls-port", ims_tls_port, "port of IMS over https; 0: any")->check(not_empty);
    app.add_option("--oss-port", oss_port, "port of OSS over http; 0: any")->check(not_empty);
    app.add_option("--oss-tls-port", oss_tls_port, "port of OSS over https; 0: any")->check(not_empty);
    app.add_option("--store", store, "folder that keeps objects and open uploads; default: memory")->check(not_empty);
    app.add_option("--access-key-id", access_key_id, "the account's access key id")->check(not_empty);
    app.add_option("--access-key-secret", access_key_secret, "the account's access key secret")->check(not_empty);
    app.add_option("--security-token", security_token, "makes the account's key a temporary one with this token");
    app.add_option("--bucket", buckets, "a bucket that exists from the start; the first is that of issued grants")
        ->allow_extra_args(false);
    app.add_option("--cname", cnames, "DOMAIN=BUCKET: a custom domain bound to a bucket")->allow_extra_args(false);
    app.add_option("--region", region, "region of the buckets, which hosts and signature V4 must name")
        ->check(not_empty);
    app.add_option("--ca-file", ca_file, "where to write the authority's certificate (PEM); default: a temporary file")
        ->check(not_empty);
    app.add_option("--grant-lifetime", grant_lifetime, "seconds that an issued credential lives")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 31));
    app.add_option("--grant-lifetimes", grant_lifetimes,
           "seconds that the first issued credentials live, in their order, such as 5,60")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 31));
    app.add_option("--latency", latency, "milliseconds that every answer is held back")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{3'600'000}));
    app.add_option("--clock-skew", clock_skew, "seconds that the emulator's clock runs ahead; negative: it is behind")
        ->check(CLI::Range(-longest_skew, longest_skew));
    app.add_option("--fault", faults,
           "RULE: requests that are not to be served well, such as UploadPart,part=3,times=2,status=503; "
           "see docs/emulator.md")
        ->allow_extra_args(false)
        ->check(check_fault);
    app.callback([this] { check_cnames(cnames); });
}

namespace
{

emulator::config to_config(emulator_command const& command)
{
    emulator::config config;
    config.ims_port = command.ims_port;
    config.ims_tls_port = command.ims_tls_port;
    config.oss_port = command.oss_port;
    config.oss_tls_port = command.oss_tls_port;
    config.store = command.store;
    config.ca_file = command.ca_file;
    config.region = command.region;
    config.access_key_id = command.access_key_id;
    config.access_key_secret = command.access_key_secret;
    config.security_token = command.security_token;
    config.buckets = command.buckets;
    config.grant_lifetime = std::chrono::seconds(command.grant_lifetime);
    for (auto const seconds : command.grant_lifetimes)
        config.grant_lifetimes.emplace_back(seconds);
    config.clock_skew = std::chrono::seconds(command.clock_skew);
    for (auto const& text : command.faults)
        config.faults.push_back(emulator::parse_fault_rule(text).value());  // checked when the command was read
    config.latency = std::chrono::milliseconds(command.latency);
    for (auto const& text : command.cnames)
    {
        auto const equals = text.find('=');
        config.custom_domains[text.substr(0, equals)] = text.substr(equals + 1);
    }
    // One line a request, on standard error: whoever reads only the first line of standard output never blocks us.
    config.log = [](std::string const& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    return config;
}

std::string ready_line(emulator::server const& server)
{
    auto const& settings = server.settings();
    json_writer w;
    w.begin_object();
    w.member("ims_url", server.ims_url()).member("ims_tls_url", server.ims_tls_url());
    w.member("oss_url", server.oss_url()).member("oss_tls_url", server.oss_tls_url());
    w.member("ca_file", settings.ca_file);
    w.member("access_key_id", settings.access_key_id);
    w.member("access_key_secret", settings.access_key_secret.reveal());
    w.member("security_token", settings.security_token.reveal());
    w.member("region", settings.region);
    w.key("buckets").begin_array();
    for (auto const& bucket : settings.buckets)
        w.text(bucket);
    w.end_array();
    return w.end_object().str();
}

}  // namespace

exit_code emulator_command::run() const
{
    auto config = to_config(*this);
    std::optional<temporary_folder> folder;
    if (config.ca_file.empty())
    {
        auto made = temporary_folder::make();
        if (!made)
        {
            std::fprintf(stderr, "sluice: emulator: %s\n", made.error().describe().c_str());
            return exit_code::failed;
        }
        folder = std::move(*made);
        config.ca_file = (folder->path() / "ca.pem").string();
    }

    asio::io_context context(1);
    emulator::server server(context.get_executor(), std::move(config));
    if (auto started = server.start(); !started)
    {
        std::fprintf(stderr, "sluice: emulator: %s\n", started.error().describe().c_str());
        return exit_code::failed;
    }

    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](error_code failure, int) {
        if (!failure)
            server.stop();
    });
    std::puts(ready_line(server).c_str());
    std::fflush(stdout);
    context.run();
    return exit_code::all_uploaded;
}

}  // namespace sluice::cli
