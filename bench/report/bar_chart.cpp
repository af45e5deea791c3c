#include "report/bar_chart.hpp"

#include "report/figures.hpp"
#include "report/svg.hpp"

#include <algorithm>

namespace bench_report
{

namespace
{

constexpr std::string_view styles =
    "text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}\n"
    ".title{font-size:14px;font-weight:600}\n"
    ".quiet{fill:#59636e}\n"
    ".strong{font-weight:600}\n"
    ".ground{fill:#ffffff}\n"
    ".own{fill:#2f6fde}\n"
    ".other{fill:#a7b0ba}\n"
    ".limit{fill:#2da05a}\n"
    ".spread{stroke:#1f2328;stroke-width:1;opacity:.65}\n"
    ".limit-line{stroke:#2da05a;stroke-width:1.5;stroke-dasharray:4 3}\n"
    ".met{stroke:#8250df;stroke-width:3}\n"
    ".missed{stroke:#d1242f;stroke-width:3}\n"
    "@media(prefers-color-scheme:dark){\n"
    "text{fill:#e6edf3}\n"
    ".quiet{fill:#9198a1}\n"
    ".ground{fill:#0d1117}\n"
    ".own{fill:#5a93f2}\n"
    ".other{fill:#59636e}\n"
    ".limit{fill:#3fb96c}\n"
    ".spread{stroke:#e6edf3}\n"
    ".limit-line{stroke:#3fb96c}\n"
    ".met{stroke:#b392f0}\n"
    ".missed{stroke:#ff7b72}\n"
    "}\n";

constexpr double image_width = 860;
constexpr double margin = 16;
constexpr double character_width = 7.2;  // of the 12 px font in bold, on the average
constexpr std::size_t longest_name = 46;
constexpr double bars_top = 62;
constexpr double row_height = 26;
constexpr double bar_height = 14;
constexpr double figure_room = 84;  // right of the longest bar
constexpr double legend_height = 40;

// Never within a UTF-8 character_width.
std::string shortened(std::string_view name)
{
    if (name.size() <= longest_name)
        return std::string(name);
    auto end = longest_name - 3;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
        --end;
    return std::string(name.substr(0, end)) + "...";
}

std::string_view style_of(part_played part) noexcept
{
    switch (part)
    {
    case part_played::own:
        return "own";
    case part_played::limit:
        return "limit";
    case part_played::other:
        break;
    }
    return "other";
}

class drawing
{
public:
    explicit drawing(chart const& c) : chart_(c), left_(place_of_bars(c)), scale_(pixels_per_unit(c, left_)) {}

    std::string run()
    {
        auto const height = bars_top + row_height * static_cast<double>(chart_.lines.size()) + legend_height;
        image_.rectangle("ground", 0, 0, image_width, height);
        image_.text("title", margin, 26, title_of(chart_)).text("quiet", margin, 46, scale_of(chart_));
        auto y = bars_top;
        for (auto const& line : chart_.lines)
        {
            draw(line, y);
            y += row_height;
        }
        draw_limits(y);
        draw_legend(y + 22);
        return image_.str(image_width, height, title_of(chart_) + ", " + scale_of(chart_), styles);
    }

private:
    static double place_of_bars(chart const& c)
    {
        std::size_t longest = 0;
        for (auto const& line : c.lines)
            longest = std::max(longest, shortened(short_name(c, line.row->name)).size());
        return margin + static_cast<double>(longest) * character_width + 12;
    }

    // The longest of all bars, spreads and goals just fits.
    static double pixels_per_unit(chart const& c, double left)
    {
        double longest = 0;
        for (auto const& line : c.lines)
            longest = std::max(longest, reach_of(c, *line.row));
        return longest > 0 ? (image_width - margin - figure_room - left) / longest : 0;
    }

    static double reach_of(chart const& c, result const& r)
    {
        if (!r.figure)
            return 0;
        auto reach = r.figure->max;
        for (auto const& g : r.goals)
            reach = std::max(reach, figure_at_goal(g, r.figure->median, more_is_better(c.unit)).value_or(0));
        return reach;
    }

    [[nodiscard]] double at(double value) const noexcept { return left_ + value * scale_; }

    void draw(chart::line const& line, double y)
    {
        auto const& r = *line.row;
        auto const base = y + bar_height - 2;
        image_.text(line.part == part_played::own ? "strong" : "", left_ - 12, base,
            shortened(short_name(chart_, r.name)), svg::anchor::end);
        if (!r.figure)
        {
            image_.text("quiet", left_, base, "not measured: " + r.missing);
            return;
        }
        image_.rectangle(style_of(line.part), left_, y, at(r.figure->median) - left_, bar_height);
        auto const middle = y + bar_height / 2;
        image_.line("spread", at(r.figure->min), middle, at(r.figure->max), middle);
        draw_goals(r, r.figure->median, y);
        auto const label = digits_of(r.figure->median) + (r.is_void.empty() ? "" : " (void)");
        image_.text(line.part == part_played::own ? "strong" : "", at(reach_of(chart_, r)) + 8, base, label);
    }

    void draw_goals(result const& r, double median, double y)
    {
        for (auto const& g : r.goals)
            if (auto const figure = figure_at_goal(g, median, more_is_better(chart_.unit)))
            {
                image_.line(g.met ? "met" : "missed", at(*figure), y - 4, at(*figure), y + bar_height + 4);
                some_met_ = some_met_ || g.met;
                some_missed_ = some_missed_ || !g.met;
            }
    }

    void draw_limits(double bottom)
    {
        for (auto const& line : chart_.lines)
            if (line.part == part_played::limit && line.row->figure)
                image_.line(
                    "limit-line", at(line.row->figure->median), bars_top - 6, at(line.row->figure->median), bottom - 4);
    }

    void draw_legend(double y)
    {
        auto x = margin;
        auto const entry = [&](std::string_view style, std::string_view what, bool is_mark) {
            if (is_mark)
                image_.line(style, x + 5, y - 11, x + 5, y + 1);
            else
                image_.rectangle(style, x, y - 10, 10, 10);
            image_.text("quiet", x + 16, y, what);
            x += 16 + static_cast<double>(what.size()) * character_width + 22;
        };
        for (auto const& [part, what] : {std::pair(part_played::own, "sluice"),
                 std::pair(part_played::limit, "limit of this machine"), std::pair(part_played::other, "others")})
            if (std::ranges::any_of(chart_.lines, [part](chart::line const& l) { return l.part == part; }))
                entry(style_of(part), what, false);
        if (some_met_)
            entry("met", "goal, met", true);
        if (some_missed_)
            entry("missed", "goal, missed", true);
        image_.text("quiet", image_width - margin, y, "median; thin line: lowest to highest round", svg::anchor::end);
    }

    chart const& chart_;
    double left_;
    double scale_;
    bool some_met_ = false;
    bool some_missed_ = false;
    svg image_;
};

}  // namespace

std::string bar_chart(chart const& c)
{
    return drawing(c).run();
}

}  // namespace bench_report
