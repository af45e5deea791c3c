#include "run.hpp"
#include "support/patterned.hpp"
#include "support/temporary_path.hpp"

#include <sluice/source.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>

using namespace sluice;
using namespace sluice::test;

namespace
{

void drop_from_cache(std::string const& path)
{
    int const fd = ::open(path.c_str(), O_RDONLY);
    REQUIRE(fd >= 0);
    ::fdatasync(fd);
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
}

struct reader
{
    asio::io_context context;
    asio::thread_pool blocking{1};

    result<std::string> read(source& from, std::uint64_t offset, std::size_t size)
    {
        std::string text(size, '\0');
        auto got = run(context, from.read_at(offset, asio::buffer(text), blocking.get_executor()));
        if (!got)
            return got.error();
        text.resize(*got);
        return text;
    }
};

}  // namespace

TEST_CASE("a file gives its length and any range of its bytes")
{
    temporary_path const folder;
    auto const content = patterned(300'000);
    file_source file(folder.write("clip.mp4", content));
    reader r;
    CHECK(file.open().value() == 300'000);
    CHECK(file.name() == folder.file("clip.mp4"));
    CHECK(file.view(0, 10).size() == 0);
    CHECK(r.read(file, 0, 300'000).value() == content);
    CHECK(r.read(file, 12'345, 100'000).value() == content.substr(12'345, 100'000));
    CHECK(r.read(file, 299'990, 100).value() == content.substr(299'990));
    CHECK(r.read(file, 300'000, 100).value().empty());
    CHECK(file.verify_unchanged().has_value());
}

TEST_CASE("a file that is not in the page cache is read on the blocking pool")
{
    temporary_path const folder;
    auto const content = patterned(1'000'000);
    file_source file(folder.write("cold.mp4", content));
    reader r;
    REQUIRE(file.open().has_value());
    drop_from_cache(folder.file("cold.mp4"));
    CHECK(r.read(file, 1'000, 900'000).value() == content.substr(1'000, 900'000));
}

TEST_CASE("what cannot be uploaded is refused when it is opened, with its path and what to do")
{
    temporary_path const folder;
    REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    folder.write("plain", "x");
    folder.write("locked", "x");
    REQUIRE(::chmod(folder.file("locked").c_str(), 0) == 0);
    struct row
    {
        char const* what;
        std::string path;
        char const* says;
    };
    std::vector<row> rows = {
        {"missing", folder.file("nothing.mp4"), "No such file or directory"},
        {"folder missing", folder.file("plain/nothing.mp4"), "Not a directory"},
        {"directory", folder.file(""), "is a directory"},
        {"pipe", folder.file("pipe"), "is a pipe"},
        {"device", "/dev/null", "is a device"},
        {"empty path", "", "No such file or directory"},
    };
    if (::geteuid() != 0)  // root may read everything
        rows.push_back({"unreadable", folder.file("locked"), "Permission denied"});
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        file_source file(r.path);
        auto const opened = file.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == errc::source_failed);
        CHECK(opened.error().resource == r.path);
        CHECK(opened.error().message.find(r.says) != std::string::npos);
        CHECK_FALSE(opened.error().recommendation.empty());
    }
}

TEST_CASE("a file that says it is empty and is not, as those of /proc, is refused")
{
    file_source file("/proc/self/status");
    auto const size = file.open();
    REQUIRE(size.has_error());
    CHECK(size.error().code == errc::source_failed);
    CHECK(size.error().message.find("/proc") != std::string::npos);

    temporary_path const folder;
    file_source empty(folder.write("empty.mp4", ""));
    CHECK(empty.open().value() == 0);
}

TEST_CASE("a file that changed after it was opened is noticed, and how is said")
{
    temporary_path const folder;
    auto const path = folder.file("clip.mp4");
    struct row
    {
        char const* what;
        std::function<void()> change;
        char const* says;
    };
    row const rows[] = {
        {"shrunk", [&] { REQUIRE(::truncate(path.c_str(), 10) == 0); }, "became shorter"},
        {"grown", [&] { std::ofstream(path, std::ios::app) << "more"; }, "became longer"},
        {"same length, written to",
            [&] {
                timespec const times[] = {{1, 0}, {1, 0}};
                REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
            },
            "was written to"},
        {"another put in its place",
            [&] {
                folder.write("new", "other bytes");
                std::filesystem::rename(folder.file("new"), path);
            },
            "was replaced"},
        {"removed", [&] { std::filesystem::remove(path); }, "was removed"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        folder.write("clip.mp4", "these bytes");
        file_source file(path);
        REQUIRE(file.open().has_value());
        CHECK(file.verify_unchanged().has_value());
        r.change();
        auto const same = file.verify_unchanged();
        REQUIRE(same.has_error());
        CHECK(same.error().code == errc::source_changed);
        CHECK(same.error().message.find(r.says) != std::string::npos);
        CHECK(same.error().resource == path);
    }
}

TEST_CASE("a file that shrank gives what is left")
{
    temporary_path const folder;
    file_source file(folder.write("clip.mp4", "0123456789"));
    reader r;
    REQUIRE(file.open().has_value());
    REQUIRE(::truncate(folder.file("clip.mp4").c_str(), 4) == 0);
    CHECK(r.read(file, 0, 10).value() == "0123");
    CHECK(r.read(file, 4, 6).value().empty());
}

TEST_CASE("cancelling a read that waits for the disk resumes at once, while the read ends alone")
{
    temporary_path const folder;
    folder.write("cold.mp4", patterned(500'000));
    asio::io_context context;
    asio::thread_pool blocking(1);
    std::promise<void> release;
    asio::post(blocking, [&] { release.get_future().wait(); });  // the disk is busy

    asio::cancellation_signal stop;
    {
        file_source file(folder.file("cold.mp4"));
        REQUIRE(file.open().has_value());
        drop_from_cache(folder.file("cold.mp4"));
        auto buffer = std::make_unique<char[]>(500'000);
        auto work = file.read_at(0, asio::buffer(buffer.get(), 500'000), blocking.get_executor());
        std::optional<result<std::size_t>> got;
        asio::co_spawn(context, upload::as_error_codes(std::move(work)),
            asio::bind_cancellation_slot(
                stop.slot(), [&](std::exception_ptr const&, result<std::size_t> r) { got = std::move(r); }));
        context.poll();
        if (!got)  // a file system that keeps everything in memory has answered already
        {
            stop.emit(asio::cancellation_type::terminal);
            context.restart();
            context.poll();
            REQUIRE(got.has_value());
            CHECK(got->error().code == asio::error::operation_aborted);
        }
    }  // source and buffer are gone before the read begins
    release.set_value();
    blocking.join();
    context.restart();
    context.run();
}

TEST_CASE("a context destroyed while a read waits for the disk takes the reader along")
{
    temporary_path const folder;
    folder.write("cold.mp4", patterned(500'000));
    file_source file(folder.file("cold.mp4"));
    REQUIRE(file.open().has_value());
    drop_from_cache(folder.file("cold.mp4"));
    auto const witness = std::make_shared<int>(0);
    std::string buffer(500'000, '\0');
    {
        asio::io_context context;
        asio::thread_pool blocking(1);
        std::promise<void> release;
        asio::post(blocking, [&] { release.get_future().wait(); });
        asio::co_spawn(
            context,
            [&, witness]() -> asio::awaitable<void> {
                (void)co_await file.read_at(0, asio::buffer(buffer), blocking.get_executor());
            },
            [witness](std::exception_ptr const&) {});
        context.poll();
        release.set_value();
        blocking.stop();
        blocking.join();
    }
    CHECK(witness.use_count() == 1);
}

TEST_CASE("the identity of a file holds no number of its device, which changes at the next mount")
{
    temporary_path const folder;
    auto const path = folder.write("clip.mp4", "abc");
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    file_source from(path);
    REQUIRE(from.open().has_value());
    auto const who = from.identity();
    REQUIRE(who.has_value());
    CHECK(who->state == "size 3, changed " + std::to_string(status.st_mtim.tv_sec) + '.' +
                            std::to_string(status.st_mtim.tv_nsec) + ", inode " + std::to_string(status.st_ino));
}
