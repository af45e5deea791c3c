#pragma once

#include "support/run.hpp"

#include <sluice/clock.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <chrono>

namespace sluice::test
{

// Turns the loop until nothing is left to do. Time goes by only while nothing else happens, so that pauses cost none.
inline void run_out(boost::asio::io_context& context, manual_clock& time)
{
    using namespace std::chrono_literals;
    auto const give_up = std::chrono::steady_clock::now() + patience;
    for (context.restart(); !context.stopped();)
    {
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < give_up, "the test hangs");
        if (context.run_one_for(1ms) == 0)
            time.advance(50ms);
    }
}

// A config whose limits no test reaches, however fast its clock goes.
template <class Config>
void lift_limits(Config& config)
{
    config.limits.connect_timeout = std::chrono::hours(24);
    config.limits.stall_timeout = std::chrono::hours(24);
    config.limits.response_timeout = std::chrono::hours(24);
}

}  // namespace sluice::test
