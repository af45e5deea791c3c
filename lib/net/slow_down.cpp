#include "net/slow_down.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::net
{

namespace
{

// As in the SDKs of AWS ("adaptive" retry mode): how much is left of the rate, how fast it grows, how it is measured.
constexpr double share_left = 0.7;
constexpr double regrowth = 0.4;
constexpr exact_seconds measured_span{0.5};
constexpr double weight_of_latest = 0.8;

constexpr double lowest_rate = 0.5;   // requests a second
constexpr double unlimited_from = 2;  // times the rate at which it throttled

}  // namespace

void pace::begun(steady_time now) noexcept
{
    if (auto const passed = exact_seconds(now - span_); passed >= measured_span)
    {
        measured_ = weight_of_latest * in_span_ / passed.count() + (1 - weight_of_latest) * measured_;
        span_ = now;
        in_span_ = 0;
    }
    ++in_span_;
}

double pace::measured(steady_time now) const noexcept
{
    auto const passed = std::max(exact_seconds(now - span_), measured_span);
    return std::max(measured_, in_span_ / passed.count());
}

void pace::throttled(steady_time began, steady_time now) noexcept
{
    if (is_slowed() && began <= lowered_)
        return;
    highest_ = is_slowed() ? std::min(measured(now), rate()) : measured(now);
    highest_ = std::max(highest_, lowest_rate);
    lowered_ = now;
    line_.set_rate(std::max(share_left * highest_, lowest_rate), now);
}

void pace::went_well(steady_time now) noexcept
{
    if (!is_slowed())
        return;
    double const until_highest = std::cbrt(highest_ * (1 - share_left) / regrowth);
    double const t = exact_seconds(now - lowered_).count() - until_highest;
    double const grown = regrowth * t * t * t + highest_;
    line_.set_rate(grown >= unlimited_from * highest_ ? 0 : std::max(grown, lowest_rate), now);
}

std::shared_ptr<pace> slow_down::of(endpoint const& origin)
{
    auto const authority = origin.authority();
    if (auto const known = paces_.find(authority); known != paces_.end())
        return known->second;
    std::erase_if(paces_, [](auto const& one) { return one.second.use_count() == 1 && !one.second->is_slowed(); });
    return paces_.emplace(authority, std::make_shared<pace>()).first->second;
}

}  // namespace sluice::net
