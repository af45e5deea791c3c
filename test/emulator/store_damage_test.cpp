#include "emulator/oss_client.hpp"
#include "emulator/temporary_folder.hpp"
#include "emulator/upload_store.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

namespace sluice::emulator
{

namespace fs = std::filesystem;
using test::oss_client;
using test::temporary_folder;

namespace
{

std::set<std::string> files_of(fs::path const& folder)
{
    std::set<std::string> files;
    for (auto const& entry : fs::recursive_directory_iterator(folder))
    {
        if (entry.is_regular_file())
            files.insert(entry.path().string());
    }
    return files;
}

// The one file below `folder` whose path has all of these in it.
fs::path file_with(fs::path const& folder, std::string_view one, std::string_view other)
{
    fs::path found;
    for (auto const& file : files_of(folder))
    {
        if (file.find(one) == std::string::npos || !file.ends_with(other))
            continue;
        CHECK(found.empty());
        found = file;
    }
    REQUIRE_FALSE(found.empty());
    return found;
}

void write(fs::path const& path, std::string_view text)
{
    std::ofstream(path, std::ios::trunc) << text;
}

// A store with two objects, and an upload of one part.
void fill(std::string const& folder)
{
    oss_client oss(folder);
    oss.put("first", "hello");
    oss.put("second", "world");
    oss.upload_part("third", oss.initiate("third"), "1", "part");
}

}  // namespace

TEST_CASE("a damaged store does not start, names the file, and loses nothing")
{
    struct row
    {
        std::string_view name, end;    // of the file that is damaged
        std::string_view description;  // the end of the name that is told
        std::function<void(fs::path const&)> damage;
    };
    std::vector<row> rows;
    for (auto const* text : {"", "{", "[]", "{\"key\":\"x\"}", "{\"key\":7}"})
    {
        for (auto const* file : {"/first.json", "/upload.json", "/00001.json"})
            rows.push_back({file, "", file, [text](fs::path const& path) { write(path, text); }});
    }
    auto const cut = [](fs::path const& path) { fs::resize_file(path, 2); };
    auto const remove = [](fs::path const& path) { fs::remove(path); };
    rows.push_back({"/first.", ".data", "/first.json", cut});
    rows.push_back({"/first.", ".data", "/first.json", remove});
    rows.push_back({"/00001.", ".data", "/00001.json", cut});
    for (auto const& r : rows)
    {
        CAPTURE(r.name);
        temporary_folder const folder;
        fill(folder.path().string());
        write(folder.path() / "incoming" / "left", "half a body");
        auto const damaged = file_with(folder.path(), r.name, r.end);
        r.damage(damaged);
        auto const before = files_of(folder.path());

        auto const opened = object_store::open(folder.path().string(), {});
        REQUIRE(opened.has_error());
        auto const& message = opened.error().message;
        CAPTURE(message);
        CHECK(message.starts_with("the store is damaged: " + folder.path().string()));
        CHECK(message.find(r.description) != std::string::npos);
        CHECK(files_of(folder.path()) == before);
    }
}

TEST_CASE("a store starts again when the damaged file is out of the way")
{
    temporary_folder const folder;
    fill(folder.path().string());
    auto const description = file_with(folder.path(), "/first.json", "");
    write(description, "");
    REQUIRE(object_store::open(folder.path().string(), {}).has_error());
    fs::remove(description);
    auto const opened = object_store::open(folder.path().string(), {});
    REQUIRE(opened.has_value());
    CHECK((*opened)->objects().size() == 1);
    CHECK((*opened)->uploads().open().size() == 1);
}

TEST_CASE("what is not the store's in its folder is left alone")
{
    temporary_folder const folder;
    fill(folder.path().string());
    write(folder.path() / "objects" / "README", "a note");
    write(folder.path() / "objects" / "notes", "a note");
    fs::create_directories(folder.path() / "uploads" / "mine");
    auto const before = files_of(folder.path());
    auto const opened = object_store::open(folder.path().string(), {});
    REQUIRE(opened.has_value());
    CHECK((*opened)->objects().size() == 2);
    CHECK(files_of(folder.path()) == before);
}

}  // namespace sluice::emulator
