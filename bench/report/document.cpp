#include "report/document.hpp"

#include "report/bar_chart.hpp"
#include "report/figures.hpp"
#include "report/svg.hpp"

#include <algorithm>
#include <cctype>

namespace bench_report
{

namespace
{

// What each program asks.
constexpr std::pair<std::string_view, std::string_view> questions[] = {
    {"decode", "How long from UploadAddress and UploadAuth to credentials, and from a whole answer to a grant?"},
    {"sign", "What does a signature cost?"},
    {"crc", "How fast is the CRC-64 that every uploaded byte goes through?"},
    {"calls", "What does an API call cost the client, and how many a second get through?"},
    {"upload", "What does one large file cost the client, per GB?"},
    {"latency", "How much of a link is used when every answer comes late?"},
    {"small", "What does a small object cost the client when there are many?"},
    {"scale", "What do idle connections and uploads in flight hold, and what does a handshake cost?"},
    {"writer", "What does a stream of unknown length cost, which is kept in memory until it is confirmed?"},
};

// For a cell of a table.
std::string cell(std::string_view text)
{
    std::string out;
    for (char const c : escaped(text))
    {
        if (c == '|')
            out += '\\';
        out += c;
    }
    return out;
}

std::string file_name(chart const& c)
{
    std::string out;
    for (char const letter : title_of(c) + (c.group == c.unit ? "" : " " + c.unit))
    {
        if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    return out.substr(0, out.find_last_not_of('-') + 1) + ".svg";
}

struct goal_line
{
    std::string row;
    bench::goal const* goal;
};

std::vector<goal_line> all_goals(std::span<chart const> charts)
{
    std::vector<goal_line> out;
    for (auto const& c : charts)
        for (auto const& line : c.lines)
            for (auto const& g : line.row->goals)
                out.push_back({title_of(c) + ", " + std::string(short_name(c, line.row->name)), &g});
    return out;
}

std::string goal_table(std::span<chart const> charts)
{
    auto const goals = all_goals(charts);
    if (goals.empty())
        return {};
    auto const missed = std::ranges::count_if(goals, [](goal_line const& g) { return !g.goal->met; });
    auto out = "## Goals\n\n" + std::to_string(goals.size() - static_cast<std::size_t>(missed)) + " of " +
               std::to_string(goals.size()) + " met" +
               (missed == 0 ? "" : "; **" + std::to_string(missed) + " missed**") +
               ".\n\n| figure | goal | reached | |\n|---|---|---:|---|\n";
    for (auto const& [row, goal] : goals)
        out += "| " + cell(row) + " | " + cell(goal->bound + ' ' + goal->what) + " | " + digits_of(goal->reached) +
               " | " + (goal->met ? "met" : "**missed**") + " |\n";
    return out + '\n';
}

std::string ratio_cell(chart const& c, result const& r)
{
    std::string out;
    for (auto const& ratio : r.ratios)
        out += (out.empty() ? "" : "<br>") + digits_of(ratio.value) + " of " + cell(short_name(c, ratio.to)) +
               (ratio.is_limit ? " (limit)" : "");
    return out;
}

std::string beside_cell(result const& r)
{
    std::string out;
    auto const add = [&out](std::string_view name, std::string_view value) {
        out += (out.empty() ? "" : "<br>") + cell(name) + ' ' + cell(value);
    };
    for (auto const& [name, value] : r.parameters)
        add(name, value);
    for (auto const& [name, value] : r.beside)
        add(name, digits_of(value));
    if (!r.is_void.empty())
        add("void:", r.is_void);
    return out;
}

std::string figures_of(chart const& c)
{
    auto out = "<details><summary>Figures</summary>\n\n| | " + cell(c.unit) +
               " | lowest | highest | cost against | beside |\n|---|---:|---:|---:|---|---|\n";
    for (auto const& line : c.lines)
    {
        auto const& r = *line.row;
        out += "| " + cell(short_name(c, r.name)) + " | ";
        if (r.figure)
            out += digits_of(r.figure->median) + " | " + digits_of(r.figure->min) + " | " + digits_of(r.figure->max);
        else
            out += "not measured: " + cell(r.missing) + " | |";
        out += " | " + ratio_cell(c, r) + " | " + beside_cell(r) + " |\n";
    }
    return out + "\n</details>\n\n";
}

std::string heading_of(std::string const& program)
{
    auto out = "## " + program + "\n\n";
    auto const* const known =
        std::ranges::find(questions, program, &std::pair<std::string_view, std::string_view>::first);
    if (known != std::end(questions))
        out += std::string(known->second) + "\n\n";
    return out;
}

std::string not_measured(std::span<chart const> charts)
{
    std::string out;
    for (auto const& c : charts)
        for (auto const& line : c.lines)
        {
            auto const& r = *line.row;
            if (!r.missing.empty() || !r.is_void.empty())
                out += "- " + cell(title_of(c) + ", " + std::string(short_name(c, r.name))) + ": " +
                       cell(r.missing.empty() ? "void, " + r.is_void : r.missing) + '\n';
        }
    return out.empty() ? out : "## Not measured\n\n" + out + '\n';
}

std::string machine_table(std::span<result const> results)
{
    if (results.empty())
        return {};
    std::string out = "## Machine\n\n| | |\n|---|---|\n";
    for (auto const& [name, value] : results.front().machine)
        out += "| " + cell(name) + " | " + cell(value) + " |\n";
    return out + '\n';
}

constexpr std::string_view introduction =
    "# Benchmarks\n\n"
    "One run of the suite in [`bench/`](../bench), written by it: don't edit. Every row of a chart was measured in the "
    "same run, by turns, so ratios within a chart hold better than its figures do; the machine's own limit and what "
    "others make of the same job stand beside ours. A ratio is a cost: 0.5 of something is half its cost, whether the "
    "figure is a time or a rate.\n\n"
    "Repeat it with `./dev bench`, or a part of it with `./dev bench NAME`; `./dev bench --document` writes this "
    "page.\n\n";

}  // namespace

document make_document(std::span<result const> results, std::string_view folder)
{
    auto const charts = make_charts(results);
    document out;
    out.markdown = std::string(introduction) + goal_table(charts);
    std::string program;
    for (auto const& c : charts)
    {
        if (c.program != program)
            out.markdown += heading_of(program = c.program);
        auto const& added = out.pictures.emplace_back(picture{file_name(c), bar_chart(c)});
        out.markdown += "![" + title_of(c) + "](" + std::string(folder) + '/' + added.name + ")\n\n" + figures_of(c);
    }
    out.markdown += not_measured(charts) + machine_table(results);
    out.markdown.pop_back();  // the last paragraph's empty line
    return out;
}

}  // namespace bench_report
