#pragma once

#include <sluice/clock.hpp>

#include <boost/asio/awaitable.hpp>

namespace sluice
{

// Suspends until the clock has moved on by `delay`; false when cancelled first.
asio::awaitable<bool> wait_for(clock& c, std::chrono::nanoseconds delay);

}  // namespace sluice
