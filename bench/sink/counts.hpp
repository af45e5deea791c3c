#pragma once

#include <cstdint>
#include <string>

namespace bench::sink
{

// What has happened since somebody asked last.
struct counts
{
    std::uint64_t requests = 0;    // whole ones, bodies included
    std::uint64_t body_bytes = 0;  // of objects and parts
    std::uint64_t parts = 0;
    std::uint64_t connections = 0;
    std::uint64_t full_handshakes = 0;
    std::uint64_t resumed_handshakes = 0;
    std::uint64_t crc_mismatches = 0;  // with the x-bench-crc64 of the request
    std::uint64_t bad_requests = 0;
};

std::string to_json(counts const& c);

}  // namespace bench::sink
