#include "emulator/object_store.hpp"

#include "base/crc64.hpp"
#include "emulator/opened_store.hpp"
#include "emulator/oss_client.hpp"
#include "emulator/store_folder.hpp"
#include "emulator/temporary_folder.hpp"
#include "emulator/upload_store.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace sluice::emulator
{

namespace fs = std::filesystem;
using test::files_below;
using test::open_store;
using test::oss_client;
using test::temporary_folder;

namespace
{

std::vector<std::string> const hostile_keys{"../../x", "..", ".", "a/../b", "a//b", "/", "%2e", "%2E%2E", "a%00b",
    std::string("a\0b", 3), "a\\b", "\xE5\xAA\x92\xE4\xBD\x93/\xE8\xA7\x86\xE9\xA2\x91.mp4", "x.json", "x.data", "CON",
    "a b+c&d=e", std::string(1023, 'k'), std::string(1022, 'k') + "j", std::string(1020, '/') + "a", "~", "%~"};

void put(object_store& store, std::string const& key, std::string_view text)
{
    REQUIRE(store.put(test::test_bucket, key, test::receive(store, text), {}, {}).has_value());
}

}  // namespace

TEST_CASE("hostile keys are kept apart, in memory and in a folder, and stay inside it")
{
    for (bool const in_folder : {false, true})
    {
        CAPTURE(in_folder);
        temporary_folder const parent;
        auto const folder = parent.sub("store");
        auto store = open_store(in_folder ? folder : std::string());
        for (auto const& key : hostile_keys)
            put(*store, key, "bytes of " + key);
        for (auto const& key : hostile_keys)
            CHECK(store->object(test::test_bucket, key) == "bytes of " + key);
        CHECK(store->objects().size() == hostile_keys.size());
        if (!in_folder)
            continue;

        for (auto const& entry : fs::directory_iterator(parent.path()))
            CHECK(entry.path().filename() == "store");
        CHECK(files_below(folder).size() == 2 * hostile_keys.size());
        store = {};
        store = open_store(folder);
        for (auto const& key : hostile_keys)
            CHECK(store->object(test::test_bucket, key) == "bytes of " + key);
    }
}

TEST_CASE("every key has a file name of its own, of one path element")
{
    std::set<std::string> names;
    for (auto const& key : hostile_keys)
    {
        CAPTURE(key);
        auto const name = file_name_of_key(key);
        CHECK(name.find('/') == std::string::npos);
        CHECK_FALSE(name.starts_with('.'));
        CHECK(name.size() <= 200);
        CHECK(names.insert(name).second);
    }
    CHECK(file_name_of_key("stream/a b.mp4") == "stream%2Fa%20b.mp4");
}

TEST_CASE("what is kept in a folder survives a restart with all that is known of it")
{
    temporary_folder const folder;
    std::string const key = "dir/a b.mp4";
    test::oss_answer before;
    {
        oss_client oss(folder.path().string());
        auto const id = oss.initiate(key, {{"Content-Type", "video/mp4"}, {"x-oss-meta-a", "caf\xE9 %41"}});
        auto const a = oss.upload_part(key, id, "1", std::string(102400, 'a')).field("ETag");
        auto const b = oss.upload_part(key, id, "2", "b").field("ETag");
        CHECK(oss.complete(key, id, {{1, a}, {2, b}}).status() == 200);
        oss.put("deleted", "x");
        oss.call({.method = "DELETE", .key = "deleted"});
        before = oss.call({.method = "HEAD", .key = key});
    }
    oss_client oss(folder.path().string());
    auto const after = oss.call({.method = "HEAD", .key = key});
    CHECK(after.status() == 200);
    CHECK(after.reply.stated_length == 102401);
    for (auto const* name : {"ETag", "Last-Modified", "x-oss-hash-crc64ecma", "x-oss-object-type", "Content-Type",
             "x-oss-meta-a", "x-oss-storage-class"})
    {
        CAPTURE(name);
        CHECK_FALSE(after.field(name).empty());
        CHECK(after.field(name) == before.field(name));
    }
    CHECK(oss.call({.method = "GET", .key = key}).reply.body == std::string(102400, 'a') + "b");
    CHECK(oss.call({.method = "HEAD", .key = "deleted"}).status() == 404);
}

TEST_CASE("an appendable object goes on growing after a restart")
{
    temporary_folder const folder;
    auto const append = [](oss_client& oss, std::string const& position, std::string const& body) {
        return oss.call(
            {.method = "POST", .key = "k", .query = {{"append", ""}, {"position", position}}, .body = body});
    };
    {
        oss_client oss(folder.path().string());
        append(oss, "0", "hello");
        CHECK(append(oss, "5", ", ").status() == 200);
    }
    // A run that ended while it wrote left more bytes than it had told of.
    for (auto const& file : files_below(folder.path()))
    {
        if (file.extension() == ".data")
            std::ofstream(file, std::ios::app) << "half of someth";
    }
    oss_client oss(folder.path().string());
    CHECK(oss.store->object(test::test_bucket, "k") == "hello, ");
    auto const answer = append(oss, "7", "world");
    CHECK(answer.status() == 200);
    CHECK(answer.field("x-oss-hash-crc64ecma") == std::to_string(crc64(0, as_bytes("hello, world"))));
    CHECK(oss.store->object(test::test_bucket, "k") == "hello, world");
}

TEST_CASE("what was replaced or interrupted leaves no file behind")
{
    temporary_folder const folder;
    {
        auto store = open_store(folder.path().string());
        put(*store, "key", "first");
        put(*store, "key", "second");
        CHECK(files_below(folder.path()).size() == 2);

        store->receive(0)->write(as_bytes("given up"));
        CHECK(files_below(folder.path()).size() == 2);
    }
    std::ofstream(folder.path() / "incoming" / "left") << "half a body";
    std::ofstream(folder.path() / "objects" / test::test_bucket / "gone.0123456789abcdef.data") << "replaced";
    auto const store = open_store(folder.path().string());
    CHECK(files_below(folder.path()).size() == 2);
    CHECK(store->object(test::test_bucket, "key") == "second");
}

TEST_CASE("files are for others to read, whatever the umask")
{
    temporary_folder const folder;
    auto const umask_before = ::umask(0077);
    auto const store = open_store(folder.path().string());
    put(*store, "key", "first");
    ::umask(umask_before);
    for (auto const& file : files_below(folder.path()))
    {
        CAPTURE(file);
        CHECK((fs::status(file).permissions() & fs::perms::mask) ==
              (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read));
    }
}

TEST_CASE("a store that cannot be opened says why")
{
    temporary_folder const folder;
    auto const store = open_store(folder.path().string());
    auto const twice = object_store::open(folder.path().string(), {});
    REQUIRE(twice.has_error());
    CHECK(twice.error().message.find("another emulator") != std::string::npos);

    std::ofstream(folder.path() / "file") << "x";
    auto const on_file = object_store::open(folder.sub("file"), {});
    REQUIRE(on_file.has_error());
    CHECK(on_file.error().message.find(folder.sub("file")) != std::string::npos);

    for (auto const* bucket : {"../b", "B", "ab", ""})
    {
        auto const refused = object_store::open({}, {bucket});
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == errc::invalid_argument);
    }
}

TEST_CASE("objects are listed with their digests")
{
    for (bool const in_folder : {false, true})
    {
        temporary_folder const folder;
        auto const store = open_store(in_folder ? folder.path().string() : std::string());
        put(*store, "abc", "abc");
        auto const objects = store->objects();
        REQUIRE(objects.size() == 1);
        CHECK(objects[0].bucket == test::test_bucket);
        CHECK(objects[0].key == "abc");
        CHECK(objects[0].size == 3);
        CHECK(objects[0].crc64 == crc64(0, as_bytes("abc")));
        CHECK(objects[0].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}

TEST_CASE("a folder that cannot be written any more is an internal error, and changes nothing")
{
    temporary_folder const folder;
    oss_client oss(folder.path().string());
    oss.put("key", "first");
    auto const id = oss.initiate("other");
    fs::remove_all(folder.path() / "incoming");
    for (auto const& answer : {oss.put("key", "second"), oss.upload_part("other", id, "1", "x"),
             oss.call({.method = "POST", .key = "more", .query = {{"uploads", ""}}})})
    {
        CHECK(answer.status() == 500);
        CHECK(answer.code() == "InternalError");
    }
    CHECK(oss.store->object(test::test_bucket, "key") == "first");
    CHECK(oss.store->uploads().open().size() == 1);
}

TEST_CASE("a bucket that was filled in an earlier run is still there")
{
    temporary_folder const folder;
    {
        auto store = open_store(folder.path().string());
        put(*store, "key", "first");
    }
    auto const store = object_store::open(folder.path().string(), {"another-bucket"});
    REQUIRE(store.has_value());
    CHECK((*store)->has_bucket(test::test_bucket));
    CHECK((*store)->has_bucket("another-bucket"));
    CHECK_FALSE((*store)->has_bucket("third-bucket"));
}

}  // namespace sluice::emulator
