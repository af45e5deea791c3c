#include "cli/printable.hpp"
#include "cli/progress_line.hpp"

#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("what would move a terminal's cursor is spelled out")
{
    struct row
    {
        std::string_view text, shown;
    };
    static constexpr row rows[] = {
        {"clip.mp4", "clip.mp4"},
        {"\xE5\xBD\x95.ts", "\xE5\xBD\x95.ts"},
        {"a\x1b[2Jb\nc\r\td\x7f", "a\\x1b[2Jb\\nc\\r\\td\\x7f"},
        {"\xC2\x9B[2J", "\\xc2\\x9b[2J"},  // CSI as one character
        {"\xC2\xA0\xFF", "\xC2\xA0\\xff"},
        {std::string_view("\0", 1), "\\x00"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.shown);
        CHECK(cli::printable(r.text) == r.shown);
    }
}

TEST_CASE("a name that is too wide keeps its end")
{
    CHECK(cli::shortened("clip.mp4", 8) == "clip.mp4");
    CHECK(cli::shortened("long-clip.mp4", 10) == "...lip.mp4");
    CHECK(cli::shortened("clip.mp4", 2) == "..");
    CHECK(cli::columns_of("\xE5\xBD\x95.ts") == 5);
    CHECK(cli::shortened("\xE5\xBD\x95\xE5\xBD\x95\xE5\xBD\x95", 5) == "...\xE5\xBD\x95");
}

TEST_CASE("the progress line fits a terminal of any width")
{
    upload_progress p;
    p.bytes_total = 10 * mib;
    p.bytes_confirmed = 5 * mib;
    auto const name = std::string(100, 'x') + ".mp4";
    for (std::size_t columns = 0; columns < 200; ++columns)
    {
        CAPTURE(columns);
        CHECK(cli::progress_line(name, p, 1, columns).size() <= columns);
        CHECK(cli::progress_line("a", p, 1, columns).size() <= columns);
    }
    CHECK(cli::progress_line("a.mp4", p, 1, 120) ==
          "a.mp4 [################................]  50%  5.0 MiB of 10.0 MiB  5.0 MiB/s  0 retries");
    CHECK(cli::progress_line(name, p, 1, 20).ends_with(".mp4  50%"));
    CHECK(cli::progress_line(name, p, 1, 5) == " 50%");
}

TEST_CASE("the lines for all files and for an open end fit a terminal of any width too")
{
    upload_progress p;
    p.bytes_total = p.bytes_confirmed = 5 * mib;
    p.retries = 1;
    cli::run_progress const all{
        .bytes_confirmed = 5 * mib, .bytes_total = 20 * mib, .files_ended = 2, .files_total = 7};
    for (std::size_t columns = 0; columns < 200; ++columns)
    {
        CAPTURE(columns);
        CHECK(cli::open_end_line("standard input", p, 1, columns).size() <= columns);
        CHECK(cli::total_line(all, 1, columns).size() <= columns);
    }
    CHECK(cli::open_end_line("standard input", p, 2, 120) == "standard input  5.0 MiB  2.5 MiB/s  1 retry");
    CHECK(cli::total_line(all, 2, 120) ==
          "total [########........................]  25%  5.0 MiB of 20.0 MiB  2.5 MiB/s  2 of 7 files");
}
