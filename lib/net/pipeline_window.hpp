#pragma once

#include "net/recent_best.hpp"

#include <sluice/clock.hpp>

#include <cstdint>
#include <functional>
#include <optional>

namespace sluice::net
{

// Bounds that hold whatever was measured.
struct window_limits
{
    unsigned requests = 1;
    std::uint64_t bytes = 0;  // one body may always go
};

// How many object bodies may be unanswered on one connection. The link has no pause when they are one body and what it
// carries while an answer is on its way: body + rate * latency. Both are measured, as BBR does it: the rate as the
// largest of late, the latency as the smallest, for other samples hold pauses of ours and of the queue. A short
// window yields too small a rate, but one that lets the window grow: by the gain with every round trip.
class pipeline_window
{
public:
    explicit pipeline_window(window_limits limits) noexcept;

    struct load
    {
        unsigned requests = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] bool has_room(load unanswered, std::uint64_t next_body) const noexcept;

    // What was known when a body began to leave, to be given back with its answer.
    struct mark
    {
        std::uint64_t answered_bytes = 0;
        steady_time answered_at{};    // the last answer
        steady_time answered_from{};  // when the body answered last had begun to leave
        steady_time from{};           // this one
        bool held_up = false;         // for want of requests, not of window or line
    };
    [[nodiscard]] mark begin(steady_time now, bool nothing_before) noexcept;

    // There is nothing to write, and all of this is unanswered.
    void ran_dry(load unanswered) noexcept;

    // sent_at: when the last byte had left. None: not known to have.
    void answered(steady_time now, mark const& since, std::uint64_t body, std::optional<steady_time> sent_at) noexcept;

    // Measured; zero before the first answer.
    [[nodiscard]] double rate() const noexcept { return rate_.value().value_or(0); }  // bytes a second
    [[nodiscard]] std::chrono::nanoseconds latency() const noexcept { return latency_.value().value_or(no_time); }

private:
    static constexpr std::chrono::nanoseconds no_time{0};

    void learn_rate(steady_time now, double rate, bool held_up) noexcept;

    window_limits limits_;
    recent_best<double, std::greater<>> rate_;
    recent_best<std::chrono::nanoseconds, std::less<>> latency_;
    double in_transit_ = 0;  // bytes beside one body: gain * rate * latency
    std::uint64_t answered_bytes_ = 0;
    std::uint64_t held_up_until_ = 0;  // of the bytes answered
    std::uint64_t last_body_ = 0;
    steady_time answered_at_{};
    steady_time answered_from_{};
};

}  // namespace sluice::net
