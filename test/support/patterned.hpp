#pragma once

#include <cstdint>
#include <string>

namespace sluice::test
{

// Bytes that differ from place to place, so that an exchanged or repeated block is noticed.
inline std::string patterned(std::size_t size)
{
    std::string text(size, '\0');
    std::uint64_t state = 0x9E3779B97F4A7C15;
    for (auto& c : text)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        c = static_cast<char>(state >> 56);
    }
    return text;
}

}  // namespace sluice::test
