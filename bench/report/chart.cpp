#include "report/chart.hpp"

#include <algorithm>

namespace bench_report
{

namespace
{

chart& chart_for(std::vector<chart>& charts, result const& r)
{
    auto const found = std::ranges::find_if(
        charts, [&r](chart const& c) { return c.program == r.program && c.group == r.group && c.unit == r.unit; });
    if (found != charts.end())
        return *found;
    return charts.emplace_back(chart{r.program, r.group, r.unit, {}});
}

bool is_limit(chart const& c, std::string_view name)
{
    return std::ranges::any_of(c.lines, [name](chart::line const& line) {
        return std::ranges::any_of(
            line.row->ratios, [name](bench::ratio const& r) { return r.is_limit && r.to == name; });
    });
}

// Only ours are compared with others, or bear our name.
part_played part_of(chart const& c, result const& r)
{
    if (!r.ratios.empty() || !r.goals.empty() || short_name(c, r.name).starts_with("sluice"))
        return part_played::own;
    return is_limit(c, r.name) ? part_played::limit : part_played::other;
}

void assign_parts(chart& c)
{
    for (auto& line : c.lines)
        line.part = part_of(c, *line.row);
}

}  // namespace

std::vector<chart> make_charts(std::span<result const> results)
{
    std::vector<chart> charts;
    for (auto const& r : results)
        chart_for(charts, r).lines.push_back({&r, part_played::other});
    std::ranges::for_each(charts, assign_parts);
    return charts;
}

std::string_view short_name(chart const& c, std::string_view name) noexcept
{
    if (name.starts_with(c.group) && name.substr(c.group.size()).starts_with(", "))
        name.remove_prefix(c.group.size() + 2);
    return name;
}

std::string title_of(chart const& c)
{
    return c.group == c.unit ? c.program : c.program + ": " + c.group;
}

std::string scale_of(chart const& c)
{
    return c.unit + (more_is_better(c.unit) ? ", more is better" : ", less is better");
}

}  // namespace bench_report
