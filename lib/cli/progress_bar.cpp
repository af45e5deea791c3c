#include "cli/progress_bar.hpp"

#include "cli/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace sluice::cli
{

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

namespace
{

// Of the terminal on standard error, now: it may be resized meanwhile.
std::size_t terminal_columns()
{
    constexpr std::size_t usual = 80;
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

double fraction_of(upload_progress const& p)
{
    return p.bytes_total == 0 ? 1.0 : static_cast<double>(p.bytes_confirmed) / static_cast<double>(p.bytes_total);
}

std::string percent_text(upload_progress const& p)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%3.0f%%", fraction_of(p) * 100);
    return text.data();
}

std::string bar_text(upload_progress const& p, std::size_t width)
{
    if (width == 0)
        return " ";
    auto const filled = std::min(static_cast<std::size_t>(fraction_of(p) * static_cast<double>(width)), width);
    return " [" + std::string(filled, '#') + std::string(width - filled, '.') + "] ";
}

}  // namespace

std::string progress_line(std::string_view title, upload_progress const& p, double seconds, std::size_t columns)
{
    auto const done = static_cast<double>(p.bytes_confirmed);
    auto const facts = percent_text(p) + "  " + size_text(done) + " of " +
                       size_text(static_cast<double>(p.bytes_total)) + "  " +
                       size_text(done / std::max(seconds, 1e-3)) + "/s  " + std::to_string(p.retries) + " retries";
    constexpr std::size_t least_title = 12;
    auto const wanted = std::min(columns_of(title), least_title);
    for (std::size_t const width : {32U, 10U, 0U})
    {
        auto const rest = bar_text(p, width) + facts;
        if (rest.size() + wanted <= columns)
            return shortened(title, columns - rest.size()) + rest;
    }
    auto const percent = percent_text(p);
    if (percent.size() + wanted < columns)
        return shortened(title, columns - percent.size() - 1) + ' ' + percent;
    return columns >= percent.size() ? percent : std::string();
}

progress_bar::progress_bar(std::string_view title, bool wanted)
    : title_(printable(title)),
      wanted_(wanted && ::isatty(STDERR_FILENO) == 1),
      started_(std::chrono::steady_clock::now())
{}

progress_bar::~progress_bar()
{
    if (shown_)
        std::fputc('\n', stderr);
}

progress_listener progress_bar::listener() noexcept
{
    if (!wanted_)
        return {};
    return {[](void* self, upload_progress const& p) { static_cast<progress_bar*>(self)->show(p); }, this};
}

void progress_bar::show(upload_progress const& p)
{
    // Ten times a second is enough for an eye; the last step is always shown.
    auto const now = std::chrono::steady_clock::now();
    bool const complete = p.bytes_confirmed == p.bytes_total;
    if (!complete && now - last_ < std::chrono::milliseconds(100))
        return;
    last_ = now;

    // One column stays free, or the cursor would go to the next line. The rest of a longer line before is erased.
    auto const seconds = std::chrono::duration<double>(now - started_).count();
    std::fprintf(stderr, "\r%s\x1b[K", progress_line(title_, p, seconds, terminal_columns() - 1).c_str());
    std::fflush(stderr);
    shown_ = true;
}

}  // namespace sluice::cli
