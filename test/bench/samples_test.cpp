#include "support/samples.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

namespace
{

bench::samples samples_of(std::initializer_list<double> values)
{
    bench::samples s;
    for (auto const value : values)
        s.add(value);
    return s;
}

}  // namespace

TEST_CASE("the median is the middle one of the rounds, or between the middle two")
{
    CHECK(samples_of({5}).median() == 5);
    CHECK(samples_of({9, 1, 5}).median() == 5);
    CHECK(samples_of({9, 1, 4, 6}).median() == 5);
}

TEST_CASE("the spread is from the lowest to the highest round")
{
    auto const s = samples_of({5, 1, 9});
    CHECK(s.min() == 1);
    CHECK(s.max() == 9);
    CHECK(s.size() == 3);
}
