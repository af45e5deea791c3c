#include "cli/progress_bar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
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

progress_bar::progress_bar(std::string title, bool wanted)
    : title_(std::move(title)),
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

    constexpr int width = 32;
    auto const fraction =
        p.bytes_total == 0 ? 1.0 : static_cast<double>(p.bytes_confirmed) / static_cast<double>(p.bytes_total);
    auto const filled = std::clamp(static_cast<int>(fraction * width), 0, width);
    auto const seconds = std::max(std::chrono::duration<double>(now - started_).count(), 1e-3);
    std::string const bar =
        std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '.');
    std::fprintf(stderr, "\r%s [%s] %3.0f%%  %s of %s  %s/s  %u retries ", title_.c_str(), bar.c_str(), fraction * 100,
        size_text(static_cast<double>(p.bytes_confirmed)).c_str(),
        size_text(static_cast<double>(p.bytes_total)).c_str(),
        size_text(static_cast<double>(p.bytes_confirmed) / seconds).c_str(), p.retries);
    std::fflush(stderr);
    shown_ = true;
}

}  // namespace sluice::cli
