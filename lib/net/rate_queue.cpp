#include "net/rate_queue.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::net
{

namespace
{

// Less is not waited for: it may be nothing but the rounding of what was.
constexpr exact_seconds shortest_wait{1e-6};

constexpr exact_seconds longest_wait{std::chrono::hours(24)};

}  // namespace

void rate_queue::set_rate(double rate, steady_time now) noexcept
{
    // What was entered while there was no limit, or is let go by its end, is not owed.
    moved_ = rate_ > 0 ? moved(now) : last_place_;
    if (rate <= 0 && rate_ > 0)
        last_place_ = std::max(last_place_, moved_);
    bool const begins = rate_ <= 0;
    rate_ = std::max(rate, 0.0);
    since_ = now;
    if (begins)
        moved_ += most_kept();
}

double rate_queue::moved(steady_time now) const noexcept
{
    return moved_ + rate_ * exact_seconds(now - since_).count();
}

double rate_queue::most_kept() const noexcept
{
    return std::max(1.0, rate_ * kept_.count());
}

double rate_queue::next_place(double cost, steady_time now) const noexcept
{
    return std::max(last_place_, moved(now) - most_kept()) + cost;
}

double rate_queue::enter(double cost, steady_time now) noexcept
{
    if (rate_ > 0)
        last_place_ = next_place(cost, now);
    return last_place_;
}

std::chrono::nanoseconds rate_queue::wait_for(double place, steady_time now) const noexcept
{
    if (rate_ <= 0)
        return {};
    auto const wait = exact_seconds((place - moved(now)) / rate_);
    if (wait < shortest_wait)
        return {};
    return std::chrono::ceil<std::chrono::nanoseconds>(std::min(wait, longest_wait));
}

bool rate_queue::would_wait(double cost, steady_time now) const noexcept
{
    return rate_ > 0 && wait_for(next_place(cost, now), now).count() != 0;
}

}  // namespace sluice::net
