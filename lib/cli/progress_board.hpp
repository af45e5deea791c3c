#pragma once

#include "cli/progress_line.hpp"

#include <sluice/upload_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::cli
{

// The last lines of the terminal on standard error: one for each upload under way, and one for all of them where there
// are several. They are drawn over in place. Shows nothing when standard error is no terminal. On one thread.
class progress_board
{
public:
    // `files`: of the whole run, with so many bytes together.
    progress_board(bool wanted, std::size_t files, std::uint64_t bytes);
    progress_board(progress_board const&) = delete;
    progress_board& operator=(progress_board const&) = delete;
    ~progress_board();  // leaves the lines as they stand and goes to the next

    // An upload under way, while it exists.
    class line
    {
    public:
        // Nothing for `bytes`: nobody knows how many come.
        line(progress_board& board, std::string_view title, std::optional<std::uint64_t> bytes);
        line(line const&) = delete;
        line& operator=(line const&) = delete;
        ~line();

        progress_listener listener() noexcept;

    private:
        friend class progress_board;
        [[nodiscard]] std::string text(std::chrono::steady_clock::time_point now, std::size_t columns) const;

        progress_board& board_;
        std::string title_;
        bool has_end_;
        upload_progress at_;
        std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    };

    // Takes the lines away before something else is written to the terminal; they come back with the next progress.
    void make_way();

private:
    void show(bool at_once);
    [[nodiscard]] std::vector<std::string> lines(std::chrono::steady_clock::time_point now) const;

    bool shown_;  // at all
    run_progress total_;
    std::vector<line*> under_way_;
    std::size_t drawn_ = 0;  // lines on the terminal; the cursor is in the last one
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace sluice::cli
