#include "cli/file_list.hpp"
#include "support/temporary_path.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace sluice;
using sluice::test::temporary_path;

namespace
{

bool never() noexcept
{
    return false;
}

// One a line, without the folder that the test made.
std::string names_of(temporary_path const& folder, std::vector<cli::listed_file> const& found)
{
    std::string names;
    for (auto const& one : found)
        names += one.path.substr(folder.file("").size()) + '\n';
    return names;
}

}  // namespace

TEST_CASE("in place of a folder stand its files, sorted, without hidden ones, and files that links lead to")
{
    temporary_path const folder;
    std::filesystem::create_directories(folder.file("media/b/deep"));
    std::filesystem::create_directories(folder.file("media/.hidden"));
    for (auto const* name : {"media/c.ts", "media/a.ts", "media/b/deep/x.ts", "media/b/1.ts", "media/.secret",
             "media/.hidden/in.ts", "elsewhere.ts"})
        folder.write(name, "x");
    ::mkfifo(folder.file("media/fifo").c_str(), 0600);
    std::filesystem::create_symlink(folder.file("elsewhere.ts"), folder.file("media/link.ts"));
    std::filesystem::create_symlink(folder.file("media"), folder.file("media/loop"));

    auto const found = cli::list_files({folder.file("media"), folder.file("elsewhere.ts")}, "", &never);
    CHECK(names_of(folder, found) ==
          "media/a.ts\nmedia/b/1.ts\nmedia/b/deep/x.ts\nmedia/c.ts\nmedia/link.ts\nelsewhere.ts\n");
    for (auto const& one : found)
        CHECK_FALSE(one.unreadable);
}

TEST_CASE("a link whose target can't be reached is left to its upload, which says why")
{
    temporary_path const folder;
    std::filesystem::create_directories(folder.file("media"));
    folder.write("media/a.ts", "x");
    folder.write("file", "x");
    std::filesystem::create_symlink("nowhere", folder.file("media/absent.ts"));
    std::filesystem::create_symlink(folder.file("file") + "/below", folder.file("media/below.ts"));
    std::filesystem::create_symlink("circle.ts", folder.file("media/circle.ts"));
    std::filesystem::create_symlink("nowhere", folder.file("media/.hidden"));

    auto const found = cli::list_files({folder.file("media")}, "", &never);
    CHECK(names_of(folder, found) == "media/a.ts\nmedia/absent.ts\nmedia/below.ts\nmedia/circle.ts\n");
}

TEST_CASE("checkpoints are no files of a folder, wherever their folder is")
{
    temporary_path const folder;
    std::filesystem::create_directories(folder.file("media/live/kept"));
    std::filesystem::create_directories(folder.file("media/kept"));
    for (auto const* name : {"media/a.ts", "media/b.sluice", "media/c.sluice.new", "media/live/kept/d.ts",
             "media/live/kept/e.sluice", "media/kept/f.sluice"})
        folder.write(name, "x");
    std::filesystem::create_symlink("media/live/kept", folder.file("by-link"));
    struct row
    {
        char const* named;
        char const* checkpoints;
        char const* names;
    };
    row const rows[] = {
        {"media", "by-link", "media/a.ts\nmedia/b.sluice\nmedia/c.sluice.new\nmedia/kept/f.sluice\n"},
        {"media", "media/../media/live", "media/a.ts\nmedia/b.sluice\nmedia/c.sluice.new\nmedia/kept/f.sluice\n"},
        {"media", "media", "media/a.ts\nmedia/kept/f.sluice\nmedia/live/kept/d.ts\nmedia/live/kept/e.sluice\n"},
        {"media/live/kept", "by-link", "media/live/kept/d.ts\n"},
        {"by-link", "media/live/kept", "by-link/d.ts\n"},
        {"media/live", "media", "media/live/kept/d.ts\nmedia/live/kept/e.sluice\n"},
        {"media/live", "missing", "media/live/kept/d.ts\nmedia/live/kept/e.sluice\n"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.named);
        CAPTURE(r.checkpoints);
        auto const found = cli::list_files({folder.file(r.named)}, folder.file(r.checkpoints), &never);
        CHECK(names_of(folder, found) == r.names);
    }
}

TEST_CASE("what is no folder is left to its upload, whatever it is")
{
    temporary_path const folder;
    auto const found = cli::list_files({folder.file("missing"), ".hidden"}, "", &never);
    REQUIRE(found.size() == 2);
    CHECK(found[0].path == folder.file("missing"));
    CHECK(found[1].path == ".hidden");
}

TEST_CASE("a folder that can't be read is told, and those beside it are read")
{
    // Deeper than a path may be long: that no user can read, root included.
    temporary_path const folder;
    auto const name = std::string(250, 'd');
    int at = ::open(folder.file("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int depth = 0; depth < 20; ++depth)
    {
        REQUIRE(::mkdirat(at, name.c_str(), 0700) == 0);
        int const below = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ::close(at);
        at = below;
    }
    ::close(at);
    folder.write("z.ts", "x");

    auto const found = cli::list_files({folder.file("")}, "", &never);
    REQUIRE(found.size() == 2);
    REQUIRE(found[0].unreadable);
    CHECK(found[0].unreadable->resource == found[0].path);
    CHECK(found[0].unreadable->message.find("File name too long") != std::string::npos);
    CHECK(found[1].path.ends_with("z.ts"));
}
