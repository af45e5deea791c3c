#pragma once

#include <sluice/clock.hpp>

#include <chrono>
#include <cstdint>

namespace sluice::upload
{

// Whether what is left will be uploaded before its credential ends, and what is to be done if not.
class pace
{
public:
    // Less than this measured says little: the first part may have met a cold line.
    static constexpr std::chrono::seconds least_measured{5};

    explicit pace(steady_time begun) noexcept : begun_(begun) {}

    // rate: bytes a second. `end`: max() for none.
    [[nodiscard]] bool is_too_slow(std::uint64_t bytes_left, double rate, steady_time now, steady_time end) const
    {
        if (end == steady_time::max() || now - begun_ < least_measured)
            return false;
        std::chrono::duration<double> const time_left = end - now;
        return rate * time_left.count() < static_cast<double>(bytes_left);
    }

private:
    steady_time begun_;
};

}  // namespace sluice::upload
