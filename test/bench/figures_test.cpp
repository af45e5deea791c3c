#include "report/figures.hpp"

#include <doctest/doctest.h>

using namespace bench_report;

TEST_CASE("digits_of shows three significant digits and whole numbers in full")
{
    struct row
    {
        double value;
        char const* text;
    };
    static constexpr row rows[] = {
        {0, "0"},
        {12, "12"},
        {15845.25, "15845"},
        {123.4, "123"},
        {48.83, "48.8"},
        {1.9, "1.90"},
        {0.03123, "0.0312"},
        {-2.5, "-2.50"},
    };
    for (auto const& r : rows)
        CHECK(digits_of(r.value) == r.text);
}

TEST_CASE("a goal is a sentence that says how it went")
{
    CHECK(sentence_of(bench::at_least("times faster than X", 35, 38.125)) ==
          "goal >= 35 times faster than X: reached 38.1");
    CHECK(sentence_of(bench::at_most("against Y", 0.6, 0.72)) == "goal <= 0.6 against Y: missed with 0.720");
}

TEST_CASE("figure_at_goal is where the figure meets the goal")
{
    struct row
    {
        char const* what;
        bench::goal goal;
        bool more_is_better;
        double figure, expected;
    };
    row const rows[] = {
        {"half the cost allowed, a quarter taken", bench::at_most("", 0.5, 0.25), false, 100, 200},
        {"20 times faster asked, 10 reached", bench::at_least("", 20, 10), false, 100, 50},
        {"60 times the rate asked, 120 reached", bench::at_least("", 60, 120), true, 3000, 1500},
        {"half the cost allowed, all of it taken, told as a rate", bench::at_most("", 0.5, 1), true, 3000, 6000},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        CHECK(figure_at_goal(r.goal, r.figure, r.more_is_better).value() == doctest::Approx(r.expected));
    }
}

TEST_CASE("a goal without a number has no place in a chart")
{
    CHECK(!figure_at_goal({"what", "stated", 1, true}, 5, false));
}
