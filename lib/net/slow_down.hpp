#pragma once

#include "base/endpoint.hpp"
#include "net/rate_queue.hpp"

#include <sluice/clock.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace sluice::net
{

// How fast one origin is asked. Where it has not throttled, as fast as anybody likes; when it does, at less than the
// rate at which it was asked, and then faster again, as CUBIC does (RFC 9438): soon to near where it throttled, then
// slowly, then faster and faster, and from twice that rate on without a limit. On the client's strand.
class pace
{
public:
    // A request begins. To be told always, for the rate is measured before it matters.
    void begun(steady_time now) noexcept;

    // What is below matters only then.
    [[nodiscard]] bool is_slowed() const noexcept { return line_.rate() > 0; }

    // The place of a request that is to begin, and how long it waits from now on: to be asked again now and then, for
    // the rate changes.
    [[nodiscard]] double enter(steady_time now) noexcept { return line_.enter(1, now); }
    [[nodiscard]] std::chrono::nanoseconds wait_for(double place, steady_time now) const noexcept
    {
        return line_.wait_for(place, now);
    }

    // A request that began then was throttled. Those that were under way together count once.
    void throttled(steady_time began, steady_time now) noexcept;
    void went_well(steady_time now) noexcept;

    // Requests a second; while it is slowed.
    [[nodiscard]] double rate() const noexcept { return line_.rate(); }

private:
    [[nodiscard]] double measured(steady_time now) const noexcept;

    rate_queue line_;
    double highest_ = 0;  // requests a second, when it throttled last
    steady_time lowered_{};
    double measured_ = 0;  // of the spans of time before this
    steady_time span_{};   // when it began
    unsigned in_span_ = 0;
};

// The paces of all origins that a client asks.
class slow_down
{
public:
    [[nodiscard]] std::shared_ptr<pace> of(endpoint const& origin);

    [[nodiscard]] std::size_t size() const noexcept { return paces_.size(); }

private:
    std::map<std::string, std::shared_ptr<pace>, std::less<>> paces_;  // by authority
};

}  // namespace sluice::net
