#include "report/figures.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace bench_report
{

std::string digits_of(double value)
{
    constexpr int significant = 3;
    auto const size = std::abs(value);
    int decimals = 0;
    if (size > 0 && std::floor(value) != value)
        decimals = std::clamp(significant - 1 - static_cast<int>(std::floor(std::log10(size))), 0, 9);
    char text[64];
    std::snprintf(text, sizeof(text), "%.*f", decimals, value);
    return text;
}

std::string sentence_of(bench::goal const& g)
{
    return "goal " + g.bound + ' ' + g.what + (g.met ? ": reached " : ": missed with ") + digits_of(g.reached);
}

std::optional<double> bound_of(bench::goal const& g)
{
    auto const from = g.bound.find_first_of("0123456789.");
    if (from == std::string::npos)
        return std::nullopt;
    double value = 0;
    auto const* const end = g.bound.data() + g.bound.size();
    if (std::from_chars(g.bound.data() + from, end, value).ec != std::errc{})
        return std::nullopt;
    return value;
}

std::optional<double> figure_at_goal(bench::goal const& g, double figure, bool more_is_better)
{
    auto const bound = bound_of(g);
    if (!bound || *bound <= 0 || g.reached <= 0)
        return std::nullopt;
    auto const reserve = g.bound.starts_with('>') ? g.reached / *bound : *bound / g.reached;  // from 1 up: met
    return more_is_better ? figure / reserve : figure * reserve;
}

}  // namespace bench_report
