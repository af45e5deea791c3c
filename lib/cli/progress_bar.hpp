#pragma once

#include <sluice/upload_options.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::cli
{

// One line on standard error that shows how far an upload is. Shows nothing when that is not a terminal.
class progress_bar
{
public:
    progress_bar(std::string_view title, bool wanted);
    progress_bar(progress_bar const&) = delete;
    progress_bar& operator=(progress_bar const&) = delete;
    ~progress_bar();  // leaves the line as it stands and goes to the next

    progress_listener listener() noexcept;

private:
    void show(upload_progress const& p);

    std::string title_;
    bool shown_ = false;
    bool wanted_;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point last_{};
};

// What the bar shows, in at most `columns` columns: it loses its drawing first, then the beginning of the title.
std::string progress_line(std::string_view title, upload_progress const& p, double seconds, std::size_t columns);

// 12.5 MiB, 300 B, ...
std::string size_text(double bytes);

}  // namespace sluice::cli
