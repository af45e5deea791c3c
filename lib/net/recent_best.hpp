#pragma once

#include <sluice/clock.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace sluice::net
{

// The best of the values of late: of the current span of time and of the one before, so that an old value is forgotten
// after one to two spans. Spans end when a value comes: without values nothing is forgotten.
template <class Value, class Better>
class recent_best
{
public:
    explicit recent_best(std::chrono::nanoseconds span) noexcept : span_(span) {}

    void add(steady_time now, Value value) noexcept
    {
        if (current_ && now - began_ < span_)
            current_ = better(*current_, value);
        else
        {
            previous_ = current_;
            current_ = value;
            began_ = now;
        }
    }

    // None before the first.
    [[nodiscard]] std::optional<Value> value() const noexcept
    {
        return previous_ && current_ ? std::optional(better(*previous_, *current_)) : current_;
    }

private:
    static Value better(Value a, Value b) noexcept { return Better()(a, b) ? a : b; }

    std::chrono::nanoseconds span_;
    steady_time began_{};
    std::optional<Value> current_;
    std::optional<Value> previous_;
};

}  // namespace sluice::net
