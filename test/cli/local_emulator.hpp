#pragma once

#include "cli/embedded_emulator.hpp"
#include "cli/program_fixture.hpp"

#include <sluice/emulator.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sluice::test
{

// An emulator in this process, and what a program under test must be told to reach it.
class local_emulator
{
public:
    explicit local_emulator(emulator::config config = {})
    {
        if (config.buckets.empty())
            config.buckets = {bucket()};
        auto started = cli::embedded_emulator::start(std::move(config));
        REQUIRE(started.has_value());
        running_ = std::move(*started);
    }

    // Which serves badly what the rule says, in the form of `sluice emulator --fault`.
    explicit local_emulator(char const* fault_rule) : local_emulator(with_fault(fault_rule)) {}

    static std::string bucket() { return "media-bucket"; }

    emulator::server& server() { return running_->server(); }

    // The command with its own arguments, for an object of the bucket.
    std::vector<std::string> to_object(std::vector<std::string> command, std::string const& key)
    {
        add(command, {"--endpoint", server().oss_tls_url(), "--bucket", bucket(), "--key", key, "--region",
                         server().settings().region, "--ca-file", server().settings().ca_file});
        return command;
    }

    std::vector<std::string> to_bucket(std::vector<std::string> command)
    {
        add(command, {"--endpoint", server().oss_tls_url(), "--bucket", bucket(), "--region",
                         server().settings().region, "--ca-file", server().settings().ca_file});
        return command;
    }

    // For streams, whose grants it issues.
    std::vector<std::string> to_stream(std::vector<std::string> command)
    {
        add(command, {"--ims-endpoint", server().ims_tls_url(), "--ca-file", server().settings().ca_file});
        return command;
    }

    std::uint64_t requests(std::string const& operation)
    {
        auto const all = server().requests();
        auto const found = all.find(operation);
        return found == all.end() ? 0 : found->second.requests;
    }

    std::uint64_t bytes_of(std::string const& operation)
    {
        auto const all = server().requests();
        auto const found = all.find(operation);
        return found == all.end() ? 0 : found->second.bytes;
    }

private:
    static emulator::config with_fault(char const* text)
    {
        emulator::config config;
        config.faults.push_back(emulator::parse_fault_rule(text).value());
        return config;
    }

    static void add(std::vector<std::string>& to, std::vector<std::string> const& more)
    {
        to.insert(to.end(), more.begin(), more.end());
    }

    std::unique_ptr<cli::embedded_emulator> running_;
};

// Bytes that no two places have in common, so that a part at the wrong place is seen.
inline std::string some_bytes(std::size_t count)
{
    std::string bytes(count, '\0');
    std::uint64_t state = 88172645463325252U;
    for (auto& c : bytes)
    {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        c = static_cast<char>(state);
    }
    return bytes;
}

}  // namespace sluice::test
