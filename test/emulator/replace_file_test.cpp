#include "emulator/replace_file.hpp"
#include "emulator/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace sluice::emulator
{

namespace fs = std::filesystem;
using test::temporary_folder;

namespace
{

std::string content_of(fs::path const& path)
{
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a file is replaced, and a link to one followed")
{
    temporary_folder const folder;
    auto const file = folder.sub("file");
    CHECK(replace_file(file, "first").has_value());
    CHECK(replace_file(file, "second").has_value());
    CHECK(content_of(file) == "second");

    fs::create_symlink(file, folder.sub("link"));
    CHECK(replace_file(folder.sub("link"), "third").has_value());
    CHECK(fs::is_symlink(folder.sub("link")));
    CHECK(content_of(file) == "third");
}

TEST_CASE("what is no regular file is left alone")
{
    temporary_folder const folder;
    auto const pipe = folder.sub("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    fs::create_directory(folder.sub("folder"));
    fs::create_symlink("/dev/null", folder.sub("link"));
    for (auto const& path : {pipe, folder.sub("folder"), folder.sub("link"), std::string("/dev/null")})
    {
        CAPTURE(path);
        auto const before = fs::status(path).type();
        auto const replaced = replace_file(path, "text");
        REQUIRE(replaced.has_error());
        CHECK(replaced.error().message ==
              "\"" + path + "\" could not be written: it is not a regular file, and is left as it is");
        CHECK(fs::status(path).type() == before);
    }
}

TEST_CASE("why a file cannot be written is in the error")
{
    for (auto const& [path, why] : {std::pair("/nonexistent-folder/file", "No such file or directory"),
             std::pair("/dev/null/file", "Not a directory")})
    {
        CAPTURE(path);
        auto const replaced = replace_file(path, "text");
        REQUIRE(replaced.has_error());
        CHECK(replaced.error().message == "\"" + std::string(path) + "\" could not be written: " + why);
    }
}

}  // namespace sluice::emulator
