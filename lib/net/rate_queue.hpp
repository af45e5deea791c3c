#pragma once

#include <sluice/clock.hpp>

#include <chrono>

namespace sluice::net
{

using exact_seconds = std::chrono::duration<double>;

// A queue that moves on at a rate. Who comes enters with what it costs, requests or bytes, is given a place, and may go
// when the queue has moved on to that: so those who wait go in the order of coming, whatever the rate becomes
// meanwhile. What an unused queue could have moved on is kept for later, but no more than one unit, or what it moves in
// the time given. Decides; waits for nothing.
class rate_queue
{
public:
    explicit rate_queue(std::chrono::nanoseconds kept = {}) noexcept : kept_(exact_seconds(kept)) {}

    // Units a second; 0: no limit, and everybody may go.
    void set_rate(double rate, steady_time now) noexcept;
    [[nodiscard]] double rate() const noexcept { return rate_; }

    [[nodiscard]] double enter(double cost, steady_time now) noexcept;  // the place

    // Zero: it may go. While it waits, the rate may change.
    [[nodiscard]] std::chrono::nanoseconds wait_for(double place, steady_time now) const noexcept;

    // As enter() and wait_for() would tell.
    [[nodiscard]] bool would_wait(double cost, steady_time now) const noexcept;

private:
    [[nodiscard]] double moved(steady_time now) const noexcept;
    [[nodiscard]] double next_place(double cost, steady_time now) const noexcept;
    [[nodiscard]] double most_kept() const noexcept;

    exact_seconds kept_;
    double rate_ = 0;
    double moved_ = 0;  // so far the queue had moved at `since_`
    steady_time since_{};
    double last_place_ = 0;
};

}  // namespace sluice::net
