#include "transfer_fixture.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sluice;
using namespace sluice::test;
using fault = fake_oss::fault;

TEST_CASE("a file goes up whole, as one put and in parts")
{
    for (std::size_t size : {0u, 1u, 50'000u, 750'000u})
    {
        CAPTURE(size);
        transfer_fixture t;
        t.content = patterned(size);
        temporary_path const folder;
        file_source from(folder.write("clip.mp4", t.content));
        auto const got = t.send(from);
        REQUIRE(got.has_value());
        CHECK(t.delivered());
    }
}

TEST_CASE("a file that changes while it goes up fails the upload, and nothing is stored or left open")
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
        {"shrinks", [&] { REQUIRE(::truncate(path.c_str(), 10) == 0); }, "shorter"},
        {"grows", [&] { std::ofstream(path, std::ios::app) << "more"; }, "longer"},
        {"is written to",
            [&] {
                timespec const times[] = {{1, 0}, {1, 0}};  // another time of change, without waiting for one
                REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
            },
            "written to"},
        {"is replaced",
            [&] {
                folder.write("new", patterned(750'000));
                std::filesystem::rename(folder.file("new"), path);
            },
            "replaced"},
    };
    for (std::size_t size : {50'000u, 750'000u})
        for (auto const& r : rows)
        {
            CAPTURE(size);
            CAPTURE(r.what);
            transfer_fixture t;
            t.content = patterned(size);
            file_source from(folder.write("clip.mp4", t.content));
            bool once = true;
            t.oss.on_call = [&](fake_oss::call const& c) {
                if ((c.is_put() || c.is_part()) && std::exchange(once, false))
                    r.change();
                return fault::none;
            };
            auto const got = t.send(from);
            REQUIRE(got.has_error());
            CHECK(got.error().code == errc::source_changed);
            CHECK(got.error().message.find(r.says) != std::string::npos);
            CHECK(got.error().resource.starts_with(path));
            CHECK(t.oss.objects.empty());
            CHECK(t.oss.open_uploads.empty());
        }
}

TEST_CASE("a file that is not there fails before any request")
{
    transfer_fixture t;
    file_source from("/nonexistent/clip.mp4");
    auto const got = t.send(from);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::source_failed);
    CHECK(got.error().resource == "/nonexistent/clip.mp4");
    CHECK(t.oss.calls == 0);
}
