#pragma once

#include "upload/grant_life.hpp"

#include <sluice/clock.hpp>
#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>

namespace sluice::upload
{

// Asked before each step: has the caller been cancelled, has the deadline passed, is the grant's life at its end? An
// operation begun after the cancellation came would not see it.
class step_gate
{
public:
    // `c` and `life` must outlive it.
    step_gate(clock& c, steady_time deadline, grant_life const& life) noexcept
        : clock_(c), deadline_(deadline), life_(life)
    {}

    // operation_aborted, errc::deadline_exceeded, errc::grant_expired, or nothing.
    asio::awaitable<result<void>> pass() const;

    // For the step: the deadline or, if that is sooner, the end of the grant.
    [[nodiscard]] steady_time until() const;

    // The error of a step that `until` ended, told by what it was that ended.
    [[nodiscard]] error told(error e) const;

private:
    [[nodiscard]] bool is_grant_over() const;

    clock& clock_;
    steady_time deadline_;
    grant_life const& life_;
};

}  // namespace sluice::upload
