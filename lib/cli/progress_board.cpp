#include "cli/progress_board.hpp"

#include "cli/printable.hpp"

#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sluice::cli
{

namespace
{

struct terminal_size
{
    std::size_t columns = 80;
    std::size_t rows = 24;
};

// Of the terminal on standard error, now: it may be resized meanwhile.
terminal_size size_of_terminal()
{
    terminal_size usual;
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0)
        return usual;
    if (size.ws_col > 0)
        usual.columns = size.ws_col;
    if (size.ws_row > 0)
        usual.rows = size.ws_row;
    return usual;
}

}  // namespace

progress_board::line::line(progress_board& board, std::string_view title, std::optional<std::uint64_t> bytes)
    : board_(board), title_(printable(title)), has_end_(bytes.has_value())
{
    at_.bytes_total = bytes.value_or(0);
    board_.under_way_.push_back(this);
}

progress_board::line::~line()
{
    if (board_.total_.files_total > 1)
        board_.make_way();
    board_.total_.bytes_confirmed += at_.bytes_confirmed;
    ++board_.total_.files_ended;
    std::erase(board_.under_way_, this);
}

progress_listener progress_board::line::listener() noexcept
{
    if (!board_.shown_)
        return {};
    auto const note = [](void* self, upload_progress const& p) {
        auto& mine = *static_cast<line*>(self);
        mine.at_ = p;
        mine.board_.show(mine.has_end_ && p.bytes_confirmed == p.bytes_total);
    };
    return {note, this};
}

std::string progress_board::line::text(std::chrono::steady_clock::time_point now, std::size_t columns) const
{
    auto const seconds = std::chrono::duration<double>(now - started_).count();
    return has_end_ ? progress_line(title_, at_, seconds, columns) : open_end_line(title_, at_, seconds, columns);
}

progress_board::progress_board(bool wanted, std::size_t files, std::uint64_t bytes)
    : shown_(wanted && ::isatty(STDERR_FILENO) == 1),
      total_{.bytes_confirmed = 0, .bytes_total = bytes, .files_ended = 0, .files_total = files}
{}

progress_board::~progress_board()
{
    if (drawn_ != 0)
        std::fputc('\n', stderr);
}

void progress_board::make_way()
{
    if (drawn_ == 0)
        return;
    if (total_.files_total == 1)
        std::fputc('\n', stderr);  // the only one is left as it stands
    else
    {
        if (drawn_ > 1)
            std::fprintf(stderr, "\x1b[%zuA", drawn_ - 1);
        std::fputs("\r\x1b[J", stderr);
    }
    std::fflush(stderr);
    drawn_ = 0;
    last_ = {};
}

std::vector<std::string> progress_board::lines(std::chrono::steady_clock::time_point now) const
{
    // One column stays free, or the cursor would go to the next line. What does not fit the window is left out, for
    // nothing above it can be drawn over.
    auto const window = size_of_terminal();
    auto const columns = window.columns - 1;
    auto const room = std::max<std::size_t>(window.rows, 2) - 1;
    bool const has_total = total_.files_total > 1;
    auto const shown = std::min(under_way_.size(), room - (has_total ? 1 : 0));

    std::vector<std::string> all;
    for (std::size_t i = 0; i < shown; ++i)
        all.push_back(under_way_[i]->text(now, columns));
    if (has_total)
    {
        auto sum = total_;
        for (auto const* one : under_way_)
            sum.bytes_confirmed += one->at_.bytes_confirmed;
        all.push_back(total_line(sum, std::chrono::duration<double>(now - started_).count(), columns));
    }
    return all;
}

void progress_board::show(bool at_once)
{
    // Ten times a second is enough for an eye.
    auto const now = std::chrono::steady_clock::now();
    if (!at_once && now - last_ < std::chrono::milliseconds(100))
        return;
    last_ = now;

    std::string out;
    if (drawn_ > 1)
        out = "\x1b[" + std::to_string(drawn_ - 1) + 'A';
    auto const all = lines(now);
    for (std::size_t i = 0; i < all.size(); ++i)
        out.append(i == 0 ? "\r" : "\n").append(all[i]).append("\x1b[K");
    out += "\x1b[J";  // lines of uploads that have ended
    std::fputs(out.c_str(), stderr);
    std::fflush(stderr);
    drawn_ = all.size();
}

}  // namespace sluice::cli
