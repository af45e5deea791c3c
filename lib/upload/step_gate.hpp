#pragma once

#include <sluice/clock.hpp>
#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>

namespace sluice::upload
{

// Asked before each step: has the caller been cancelled, has the deadline passed? An operation begun after the
// cancellation came would not see it.
class step_gate
{
public:
    // `c` must outlive it.
    step_gate(clock& c, steady_time until) noexcept : clock_(c), until_(until) {}

    // operation_aborted, errc::deadline_exceeded, or nothing.
    asio::awaitable<result<void>> pass() const;

    [[nodiscard]] steady_time until() const noexcept { return until_; }

private:
    clock& clock_;
    steady_time until_;
};

}  // namespace sluice::upload
