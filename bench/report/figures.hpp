#pragma once

#include "support/row.hpp"

#include <optional>
#include <string>

namespace bench_report
{

// Three significant digits, whole numbers in full, never an exponent.
std::string digits_of(double value);

// "goal >= 35 times faster than X: reached 38.1" or "... missed with 11.1"
std::string sentence_of(bench::goal const& g);

// The number in its bound; nothing where there is none.
std::optional<double> bound_of(bench::goal const& g);

// What the row's figure would have to be for the goal to be just met, if the one grows and falls with the other.
std::optional<double> figure_at_goal(bench::goal const& g, double figure, bool more_is_better);

}  // namespace bench_report
