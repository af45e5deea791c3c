#pragma once

#include "report/chart.hpp"

#include <string>

namespace bench_report
{

// Horizontal bars from zero on, an SVG image: the spread of each as a thin line, the limit as a line across all bars,
// goals as a mark on the bar that they are for.
std::string bar_chart(chart const& c);

}  // namespace bench_report
