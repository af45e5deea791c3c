#include "upload/recent_rate.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace std::chrono_literals;
using upload::recent_rate;

namespace
{

constexpr steady_time start{1h};

}  // namespace

TEST_CASE("a rate is that of the last ten seconds, and unknown in the first")
{
    recent_rate rate;
    CHECK_FALSE(rate.at(start).has_value());
    rate.add(1'000, start);
    CHECK_FALSE(rate.at(start + 900ms).has_value());
    CHECK(*rate.at(start + 1s) == doctest::Approx(1'000));
    CHECK(*rate.at(start + 4s) == doctest::Approx(250));
    for (int second = 1; second < 60; ++second)
        rate.add(1'000, start + std::chrono::seconds(second));
    CHECK(*rate.at(start + 60s - 1ms) == doctest::Approx(1'000).epsilon(0.01));
}

TEST_CASE("what went longer ago than ten seconds is forgotten")
{
    recent_rate rate;
    rate.add(1'000'000, start);
    CHECK(*rate.at(start + 9s) > 0);
    CHECK(*rate.at(start + 11s) == 0);
    rate.add(500, start + 3600s);
    CHECK(*rate.at(start + 3600s) < 100);
    CHECK(*rate.at(start + 3600s) > 0);
}
