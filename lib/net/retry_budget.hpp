#pragma once

#include <cstdint>

namespace sluice::net
{

// Bounds the repeats of all calls of a client together, so that a client does not make an outage worse: those that fail
// take from it, those that are answered well give back a tenth each. So a tenth of the requests may be repeats for
// ever, and some more for a while. On the client's strand.
class retry_budget
{
public:
    // repeats: that may be made in excess; 0: no limit.
    explicit retry_budget(unsigned repeats) noexcept : most_(std::uint64_t{repeats} * tenths), left_(most_) {}

    // For one repeat. False: it is spent.
    [[nodiscard]] bool take() noexcept;

    void answered_well() noexcept;

private:
    static constexpr std::uint64_t tenths = 10;

    std::uint64_t most_;  // in tenths of a repeat, as the next
    std::uint64_t left_;
};

}  // namespace sluice::net
