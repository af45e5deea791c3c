#pragma once

#include "support/row.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench_report
{

struct spread
{
    double median = 0;
    double min = 0;
    double max = 0;
};

// A row as it is read back.
struct result
{
    std::string program;
    std::string name;
    std::string group;  // never empty: for a row without one, the unit
    std::string unit;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::optional<spread> figure;
    std::vector<std::pair<std::string, double>> beside;
    std::vector<bench::ratio> ratios;
    std::vector<bench::goal> goals;
    std::string is_void;
    std::string missing;
    std::vector<std::pair<std::string, std::string>> machine;
};

// Of JSON lines, empty ones skipped. Throws std::runtime_error, which names the line behind `origin`.
std::vector<result> read_results(std::string_view text, std::string_view origin);

// Rates and shares; everything else is a cost.
bool more_is_better(std::string_view unit) noexcept;

}  // namespace bench_report
