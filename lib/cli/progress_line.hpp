#pragma once

#include <sluice/upload_options.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::cli
{

// What a terminal shows of an upload, in at most `columns` columns: the line loses its drawing first, then the
// beginning of the title. `title` is printable.
std::string progress_line(std::string_view title, upload_progress const& p, double seconds, std::size_t columns);

// The same for bytes of unknown number.
std::string open_end_line(std::string_view title, upload_progress const& p, double seconds, std::size_t columns);

// And for all files of a run.
struct run_progress
{
    std::uint64_t bytes_confirmed = 0;
    std::uint64_t bytes_total = 0;
    std::size_t files_ended = 0;
    std::size_t files_total = 0;
};
std::string total_line(run_progress const& p, double seconds, std::size_t columns);

// 12.5 MiB, 300 B, ...
std::string size_text(double bytes);

// Bytes in so many seconds: 12.5 MiB/s.
std::string rate_text(double bytes, double seconds);

}  // namespace sluice::cli
