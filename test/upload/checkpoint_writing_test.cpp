#include "support/temporary_path.hpp"
#include "upload/checkpoint_file.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

using namespace sluice;
using namespace sluice::test;

namespace
{

std::string const text_of_before = "the checkpoint of before";
std::string const text_of_now(5000, 'n');

result<void> store_alone(std::string const& path, std::string const& text)
{
    return upload::checkpoint_file(path).store(text);
}

// Writes the new text in a process of its own, whose files grow to so many bytes and no more. Either that kills it, in
// the middle of the writing, or the writing fails.
enum class size_limit
{
    kills,
    fails
};

// Whether it was killed.
bool store_in_process(std::string const& path, rlim_t bytes, size_limit what)
{
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0)
    {
        rlimit const none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        rlimit const so_many{bytes, bytes};
        ::setrlimit(RLIMIT_FSIZE, &so_many);
        std::signal(SIGXFSZ, what == size_limit::kills ? SIG_DFL : SIG_IGN);
        auto const done = store_alone(path, text_of_now);
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ;
}

std::string text_in(std::string const& path)
{
    auto const text = upload::checkpoint_file(path).load();
    REQUIRE(text.has_value());
    return text->value_or("nothing");
}

}  // namespace

TEST_CASE("a process that is killed while it writes a checkpoint leaves the one of before, or none")
{
    for (bool const has_old : {false, true})
        for (auto const how : {size_limit::kills, size_limit::fails})
            for (rlim_t const bytes : {rlim_t{0}, rlim_t{1}, rlim_t{4096}, rlim_t{4999}})
            {
                CAPTURE(has_old);
                CAPTURE(static_cast<int>(how));
                CAPTURE(bytes);
                temporary_path const folder;
                auto const path = folder.file("clip.sluice");
                if (has_old)
                    REQUIRE(store_alone(path, text_of_before).has_value());
                CHECK(store_in_process(path, bytes, how) == (how == size_limit::kills));
                CHECK(text_in(path) == (has_old ? text_of_before : "nothing"));
                // A failure tidies up; who was killed could not.
                CHECK(std::filesystem::exists(path + ".new") == (how == size_limit::kills));

                REQUIRE(store_alone(path, text_of_now).has_value());
                CHECK(text_in(path) == text_of_now);
                CHECK_FALSE(std::filesystem::exists(path + ".new"));
            }
}

TEST_CASE("what a killed process left beside a checkpoint is taken for none, whatever it holds")
{
    temporary_path const folder;
    auto const path = upload::checkpoint_path(folder.file("."), "file a");
    REQUIRE(store_alone(path, text_of_now).has_value());
    std::filesystem::rename(path, path + ".new");  // killed between the writing and the renaming
    CHECK(upload::checkpoint_path(folder.file("."), "file a") == path);
    CHECK(text_in(path) == "nothing");
    REQUIRE(upload::checkpoint_file(path).remove().has_value());
    REQUIRE(store_alone(path, text_of_before).has_value());
    CHECK(text_in(path) == text_of_before);
}

TEST_CASE("a link in the place of what is written aside is not followed")
{
    temporary_path const folder;
    auto const path = folder.file("clip.sluice");
    auto const other = folder.write("other", "other people's bytes");
    std::filesystem::create_symlink(other, path + ".new");
    REQUIRE(store_alone(path, text_of_now).has_value());
    CHECK(text_in(path) == text_of_now);
    CHECK(std::filesystem::file_size(other) == 20);
    CHECK(std::filesystem::symlink_status(path).type() == std::filesystem::file_type::regular);
}

TEST_CASE("a checkpoint that cannot be written aside or put in its place leaves the one of before")
{
    temporary_path const folder;
    auto const path = folder.file("clip.sluice");
    REQUIRE(store_alone(path, text_of_before).has_value());
    std::filesystem::create_directory(path + ".new");  // which no file replaces
    CHECK(store_alone(path, text_of_now).has_error());
    CHECK(text_in(path) == text_of_before);

    auto const occupied = folder.file("occupied.sluice");
    std::filesystem::create_directory(occupied);
    CHECK(store_alone(occupied, text_of_now).has_error());
    CHECK_FALSE(std::filesystem::exists(occupied + ".new"));
}
