#include "cli/progress_line.hpp"

#include "cli/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sluice::cli
{

namespace
{

double fraction_of(std::uint64_t done, std::uint64_t total)
{
    return total == 0 ? 1.0 : std::min(static_cast<double>(done) / static_cast<double>(total), 1.0);
}

std::string percent_text(double fraction)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%3.0f%%", fraction * 100);
    return text.data();
}

std::string drawing_of(double fraction, std::size_t width)
{
    if (width == 0)
        return " ";
    auto const filled = std::min(static_cast<std::size_t>(fraction * static_cast<double>(width)), width);
    return " [" + std::string(filled, '#') + std::string(width - filled, '.') + "] ";
}

constexpr std::size_t least_title = 12;

std::string with_drawing(std::string_view title, double fraction, std::string const& facts, std::size_t columns)
{
    auto const wanted = std::min(columns_of(title), least_title);
    auto const percent = percent_text(fraction);
    for (std::size_t const width : {32U, 10U, 0U})
    {
        auto const rest = drawing_of(fraction, width) + percent + "  " + facts;
        if (rest.size() + wanted <= columns)
            return shortened(title, columns - rest.size()) + rest;
    }
    if (percent.size() + wanted < columns)
        return shortened(title, columns - percent.size() - 1) + ' ' + percent;
    return columns >= percent.size() ? percent : std::string();
}

std::string retries_text(unsigned retries)
{
    return std::to_string(retries) + (retries == 1 ? " retry" : " retries");
}

}  // namespace

std::string size_text(double bytes)
{
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size())
    {
        bytes /= 1024;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return text.data();
}

std::string rate_text(double bytes, double seconds)
{
    return size_text(bytes / std::max(seconds, 1e-3)) + "/s";
}

std::string progress_line(std::string_view title, upload_progress const& p, double seconds, std::size_t columns)
{
    auto const done = static_cast<double>(p.bytes_confirmed);
    auto const facts = size_text(done) + " of " + size_text(static_cast<double>(p.bytes_total)) + "  " +
                       rate_text(done, seconds) + "  " + retries_text(p.retries);
    return with_drawing(title, fraction_of(p.bytes_confirmed, p.bytes_total), facts, columns);
}

std::string total_line(run_progress const& p, double seconds, std::size_t columns)
{
    auto const done = static_cast<double>(p.bytes_confirmed);
    auto const facts = size_text(done) + " of " + size_text(static_cast<double>(p.bytes_total)) + "  " +
                       rate_text(done, seconds) + "  " + std::to_string(p.files_ended) + " of " +
                       std::to_string(p.files_total) + " files";
    return with_drawing("total", fraction_of(p.bytes_confirmed, p.bytes_total), facts, columns);
}

std::string open_end_line(std::string_view title, upload_progress const& p, double seconds, std::size_t columns)
{
    auto const done = static_cast<double>(p.bytes_confirmed);
    auto const facts = "  " + size_text(done) + "  " + rate_text(done, seconds) + "  " + retries_text(p.retries);
    auto const wanted = std::min(columns_of(title), least_title);
    if (facts.size() + wanted <= columns)
        return shortened(title, columns - facts.size()) + facts;
    auto const bytes = size_text(done);
    return bytes.size() <= columns ? bytes : std::string();
}

}  // namespace sluice::cli
