#pragma once

#include "support/meter.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bench
{

struct handshakes
{
    std::uint64_t full = 0;
    std::uint64_t resumed = 0;

    friend bool operator==(handshakes const&, handshakes const&) = default;
};

// What a worker did, and what it cost: the one line that it prints.
struct report
{
    cost used;
    std::uint64_t bytes = 0;               // of bodies, as it believes
    std::uint64_t requests = 0;            // likewise
    std::uint64_t unanswered = 0;          // more requests that may have arrived: it ended before their answers
    std::optional<handshakes> tls;         // nothing: it didn't count them
    std::map<std::string, double> beside;  // whatever else it counted
};

void print(report const& r);
std::optional<report> read_report(std::string_view line);

}  // namespace bench
