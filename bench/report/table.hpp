#pragma once

#include "report/chart.hpp"

#include <span>
#include <string>

namespace bench_report
{

// For a terminal.
std::string text_table(std::span<chart const> charts);

}  // namespace bench_report
