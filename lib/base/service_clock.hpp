#pragma once

#include <sluice/clock.hpp>

#include <chrono>

namespace sluice
{

// The service's time, as far as its answers have told it: one for all signatures of a client, so that a wrong local
// clock costs one refused request and not one for each upload. On the client's strand.
class service_clock
{
public:
    // `local` must outlive it.
    explicit service_clock(clock const& local) noexcept : local_(local) {}

    [[nodiscard]] std::chrono::sys_seconds now() const
    {
        return std::chrono::floor<std::chrono::seconds>(local_.now()) + offset_;
    }

    // The service's time less the local one.
    [[nodiscard]] std::chrono::seconds offset() const noexcept { return offset_; }

    // Takes the service's time over. False when a request that was made with `used` had much the same time: then making
    // it again is no use.
    bool correct(std::chrono::sys_seconds theirs, std::chrono::seconds used)
    {
        auto const offset = theirs - std::chrono::floor<std::chrono::seconds>(local_.now());
        if (std::chrono::abs(offset - used) < least_correction)
            return false;
        offset_ = offset;
        return true;
    }

private:
    // Services refuse what is more than 15 minutes off. An offset that changed by less than this is the answer's own
    // way over the network.
    static constexpr std::chrono::seconds least_correction{60};

    clock const& local_;
    std::chrono::seconds offset_{0};
};

}  // namespace sluice
