#include "emulator/upload_store.hpp"

#include "emulator/opened_store.hpp"
#include "emulator/oss_client.hpp"
#include "emulator/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace sluice::emulator
{

namespace fs = std::filesystem;
using test::files_below;
using test::oss_client;
using test::temporary_folder;

TEST_CASE("an upload goes on after the emulator was killed, part by part")
{
    temporary_folder const before;
    temporary_folder const after;
    std::string const whole(102400, 'a');
    oss_client killed(before.path().string());
    auto const id = killed.initiate("key", {{"Content-Type", "video/mp4"}});
    auto const first = killed.upload_part("key", id, "2", whole);
    killed.upload_part("key", id, "5", "replaced");
    killed.upload_part("key", id, "5", "kept");
    // What a process leaves that had no time for anything.
    fs::copy(before.path(), after.path(), fs::copy_options::recursive);

    CHECK(object_store::open(after.path().string(), {}).value()->has_bucket(test::test_bucket));
    oss_client oss(after.path().string());
    auto const listed = oss.call({.method = "GET", .key = "key", .query = {{"uploadId", id}}});
    auto const before_it = killed.call({.method = "GET", .key = "key", .query = {{"uploadId", id}}});
    CHECK(listed.status() == 200);
    CHECK(listed.reply.body == before_it.reply.body);
    auto const third = oss.upload_part("key", id, "10", "new");
    auto const done = oss.complete("key", id, {{2, first.field("ETag")}, {10, third.field("ETag")}});
    CHECK(done.status() == 200);
    CHECK(done.field("x-oss-hash-crc64ecma") == test::crc_of(whole + "new"));
    CHECK(oss.store->object(test::test_bucket, "key") == whole + "new");
    CHECK(oss.call({.method = "HEAD", .key = "key"}).field("Content-Type") == "video/mp4");
}

TEST_CASE("an upload that is open survives a restart")
{
    temporary_folder const folder;
    std::string id;
    std::string etag;
    {
        oss_client oss(folder.path().string());
        id = oss.initiate("open");
        etag = oss.upload_part("open", id, "7", "seven").field("ETag");
    }
    oss_client oss(folder.path().string());
    CHECK(oss.complete("open", id, {{7, etag}}).status() == 200);
    CHECK(oss.store->object(test::test_bucket, "open") == "seven");
    CHECK(oss.store->uploads().open().empty());
}

TEST_CASE("parts that were replaced or aborted leave no file behind, nor do uploads that had ended")
{
    temporary_folder const folder;
    {
        auto const store = test::open_store(folder.path().string());
        multipart_upload upload;
        upload.bucket = test::test_bucket;
        upload.key = "other";
        upload.id = "0123456789ABCDEF0123456789ABCDEF";
        REQUIRE(store->uploads().initiate(upload).has_value());
        REQUIRE(store->uploads().put_part(upload.id, 1, test::receive(*store, "a"), {}).has_value());
        REQUIRE(store->uploads().put_part(upload.id, 1, test::receive(*store, "b"), {}).has_value());
        CHECK(files_below(folder.path()).size() == 3);
        REQUIRE(store->uploads().abort(upload.id).has_value());
        CHECK(files_below(folder.path()).empty());
    }
    fs::create_directory(folder.path() / "uploads" / "FFFF456789ABCDEF0123456789ABCDEF");
    std::ofstream(folder.path() / "uploads" / "FFFF456789ABCDEF0123456789ABCDEF" / "00001.json") << "{}";
    auto const store = test::open_store(folder.path().string());
    CHECK(files_below(folder.path()).empty());
    CHECK(store->uploads().open().empty());
}

}  // namespace sluice::emulator
