#include "report/table.hpp"

#include "report/figures.hpp"

#include <algorithm>

namespace bench_report
{

namespace
{

constexpr std::size_t number_width = 11;

std::string padded_right(std::string_view text, std::size_t width)
{
    return std::string(text) + std::string(width - std::min(width, text.size()), ' ');
}

std::string padded_left(std::string_view text, std::size_t width)
{
    return std::string(width - std::min(width, text.size()), ' ') + std::string(text);
}

std::string ratio_list(chart const& c, result const& r)
{
    std::string out;
    for (auto const& ratio : r.ratios)
    {
        out += out.empty() ? "cost: " : "; ";
        out +=
            digits_of(ratio.value) + " of " + std::string(short_name(c, ratio.to)) + (ratio.is_limit ? " (limit)" : "");
    }
    return out;
}

// What it was measured with, and what else was seen.
std::string circumstances(result const& r)
{
    std::string out;
    auto const add = [&out](std::string const& name, std::string const& value) {
        out += (out.empty() ? "" : ", ") + name + ' ' + value;
    };
    for (auto const& [name, value] : r.parameters)
        add(name, value);
    for (auto const& [name, value] : r.beside)
        add(name, digits_of(value));
    return out;
}

std::string row_text(chart const& c, result const& r, std::size_t name_width)
{
    auto out = "  " + padded_right(short_name(c, r.name), name_width);
    if (!r.figure)
        return out + "  not measured: " + r.missing + '\n';
    for (auto const value : {r.figure->median, r.figure->min, r.figure->max})
        out += padded_left(digits_of(value), number_width);
    auto const rest = circumstances(r);
    return out + (rest.empty() ? "" : "   " + rest) + '\n';
}

// What stands below a row.
std::string notes_on(chart const& c, result const& r)
{
    std::string out;
    auto const add = [&out](std::string const& note) { out += "    " + note + '\n'; };
    if (!r.ratios.empty())
        add(ratio_list(c, r));
    for (auto const& g : r.goals)
        add(sentence_of(g));
    if (!r.is_void.empty())
        add("VOID: " + r.is_void);
    return out;
}

std::size_t widest_name(chart const& c)
{
    std::size_t width = 0;
    for (auto const& line : c.lines)
        width = std::max(width, short_name(c, line.row->name).size());
    return width;
}

std::string chart_text(chart const& c)
{
    auto const width = widest_name(c);
    auto const heading = title_of(c) + " (" + scale_of(c) + ")";
    auto out = heading + '\n' + std::string(width + 2, ' ');
    for (auto const* const column : {"median", "min", "max"})
        out += padded_left(column, number_width);
    out += '\n';
    for (auto const& line : c.lines)
        out += row_text(c, *line.row, width) + notes_on(c, *line.row);
    return out + '\n';
}

std::string goal_count(std::span<chart const> charts)
{
    std::size_t all = 0;
    std::size_t met = 0;
    for (auto const& c : charts)
        for (auto const& line : c.lines)
            for (auto const& g : line.row->goals)
            {
                ++all;
                met += g.met ? 1 : 0;
            }
    return "goals met: " + std::to_string(met) + " of " + std::to_string(all) + '\n';
}

}  // namespace

std::string text_table(std::span<chart const> charts)
{
    std::string out;
    for (auto const& c : charts)
        out += chart_text(c);
    return out + goal_count(charts);
}

}  // namespace bench_report
