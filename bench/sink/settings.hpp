#pragma once

#include <chrono>
#include <cstdint>

namespace bench::sink
{

struct settings
{
    bool plain = false;                  // --plain: no TLS
    bool take_crc = true;                // --no-crc: answers state none
    std::chrono::milliseconds delay{0};  // --delay-ms N: every answer is held back for so long
    std::uint64_t rate = 0;              // --rate N: bytes a second that each connection takes; 0: all
    std::uint64_t gather = 0;            // --gather N: see service::holds_back
    bool close_each = false;             // --close-each: no connection is used twice
    bool tickets = true;                 // --no-tickets: no TLS session is resumed
    int lowat = 0;                       // --lowat N: a body's bytes must come to so many before it is woken
};

// Ends the process with its usage on anything else.
settings read_settings(int argc, char const* const* argv);

}  // namespace bench::sink
