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
    int lowat = 0;                       // --lowat N: a body's bytes must come to so many before it is woken
};

// Ends the process with its usage on anything else.
settings read_settings(int argc, char const* const* argv);

}  // namespace bench::sink
