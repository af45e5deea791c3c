#pragma once

#include <sluice/upload_options.hpp>

#include <cstdint>

namespace sluice::net
{

// Who is less urgent stands in a queue as if so many more had come before: that often the others may overtake, and no
// more, so that everybody's turn comes.
constexpr std::uint64_t places_behind(priority p) noexcept
{
    switch (p)
    {
    case priority::high:
        return 0;
    case priority::normal:
        return 64;
    case priority::background:
        return 1024;
    }
    return 64;
}

}  // namespace sluice::net
