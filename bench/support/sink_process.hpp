#pragma once

#include "support/child.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bench
{

// What arrived at the sink since it was asked last.
struct sink_counts
{
    std::uint64_t requests = 0;
    std::uint64_t body_bytes = 0;
    std::uint64_t connections = 0;
    std::uint64_t full_handshakes = 0;
    std::uint64_t resumed_handshakes = 0;
    std::uint64_t crc_mismatches = 0;
    std::uint64_t bad_requests = 0;
};

// A bench-sink of our own on the second processor.
class sink_process
{
public:
    // Its options, such as {"--delay-ms", "50"}. Throws when it does not start.
    explicit sink_process(std::vector<std::string> const& options);

    [[nodiscard]] std::string const& origin() const noexcept { return origin_; }  // https://127.0.0.1:PORT
    [[nodiscard]] std::string const& ca_file() const noexcept { return ca_file_; }

    // What every worker is told: where the sink is, and whom to trust.
    [[nodiscard]] std::vector<std::string> where() const;

    sink_counts ask();

private:
    child process_;
    std::string origin_;
    std::string ca_file_;
};

}  // namespace bench
