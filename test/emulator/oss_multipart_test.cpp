#include "emulator/oss_client.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"
#include "emulator/upload_store.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace sluice
{

using test::crc_of;
using test::oss_client;

namespace
{

constexpr std::size_t smallest = 102400;  // of a part that is not the last

std::string block(char fill, std::size_t size = smallest)
{
    return std::string(size, fill);
}

}  // namespace

TEST_CASE("an upload in parts becomes one object")
{
    oss_client oss;
    auto const id = oss.initiate("dir/a b.mp4", {{"Content-Type", "video/mp4"}, {"x-oss-meta-a", "1"}});
    CHECK(id.size() == 32);
    CHECK(id.find_first_not_of("0123456789ABCDEF") == std::string::npos);

    // In any order, with gaps, one of them replaced and one not used.
    auto const last = oss.upload_part("dir/a b.mp4", id, "10000", "tail");
    CHECK(last.status() == 200);
    CHECK(last.field("x-oss-hash-crc64ecma") == crc_of("tail"));
    CHECK(last.field("Content-MD5").size() == 24);
    oss.upload_part("dir/a b.mp4", id, "3", block('x'));
    auto const first = oss.upload_part("dir/a b.mp4", id, "3", block('a'));
    auto const unused = oss.upload_part("dir/a b.mp4", id, "4", block('u'));
    CHECK(unused.status() == 200);

    auto const done =
        oss.complete("dir/a b.mp4", id, {{3, first.field("ETag")}, {10000, last.field("ETag").substr(1, 32)}});
    auto const whole = block('a') + "tail";
    CHECK(done.status() == 200);
    CHECK(done.element("Bucket") == test::test_bucket);
    CHECK(done.element("Key") == "dir/a b.mp4");
    CHECK(done.element("Location") == "http://media-bucket.oss-cn-shanghai.aliyuncs.com/dir/a%20b.mp4");
    CHECK(done.element("ETag").ends_with("-2\""));
    CHECK(done.field("ETag") == done.element("ETag"));
    CHECK(done.field("x-oss-hash-crc64ecma") == crc_of(whole));
    CHECK(oss.store->object(test::test_bucket, "dir/a b.mp4") == whole);
    CHECK(oss.store->uploads().open().empty());

    auto const head = oss.call({.method = "HEAD", .key = "dir/a b.mp4"});
    CHECK(head.field("x-oss-object-type") == "Multipart");
    CHECK(head.field("Content-Type") == "video/mp4");
    CHECK(head.field("x-oss-meta-a") == "1");
    CHECK(head.field("Content-MD5").empty());
}

TEST_CASE("an upload id is gone after completion, and after an abort")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const part = oss.upload_part("key", id, "1", "a");
    CHECK(oss.complete("key", id, {{1, part.field("ETag")}}).status() == 200);

    auto const again = oss.complete("key", id, {{1, part.field("ETag")}});
    CHECK(again.status() == 404);
    CHECK(again.code() == "NoSuchUpload");
    CHECK(again.field("x-oss-ec") == "0042-00000203");
    CHECK(again.element("UploadId") == id);

    auto const aborted = oss.initiate("key");
    oss.upload_part("key", aborted, "1", "b");
    test::oss_call const abort{.method = "DELETE", .key = "key", .query = {{"uploadId", aborted}}};
    auto const done = oss.call(abort);
    CHECK(done.status() == 204);
    CHECK(done.reply.body.empty());
    CHECK(oss.call(abort).code() == "NoSuchUpload");
    auto const late = oss.upload_part("key", aborted, "1", "b");
    CHECK(late.status() == 404);
    CHECK(late.field("x-oss-ec") == "0042-00000002");
    CHECK(oss.store->object(test::test_bucket, "key") == "a");
}

TEST_CASE("how often each part was stored is known when its upload has ended, too")
{
    oss_client oss;
    auto const completed = oss.initiate("key");
    oss.upload_part("key", completed, "2", "first");
    auto const part = oss.upload_part("key", completed, "2", "second");
    CHECK(oss.upload_part("key", completed, "0", "refused").status() == 400);
    CHECK(oss.call({.method = "PUT",
                       .key = "key",
                       .query = {{"partNumber", "3"}, {"uploadId", completed}},
                       .body = "dropped"},
                 emulator::fault::kind::drop_part)
              .status() == 200);
    CHECK(oss.complete("key", completed, {{2, part.field("ETag")}}).status() == 200);
    auto const open = oss.initiate("other");
    oss.upload_part("other", open, "1", "x");

    auto writes = oss.store->uploads().part_writes();
    REQUIRE(writes.size() == 2);
    if (writes[0].upload_id != completed)
        std::swap(writes[0], writes[1]);
    CHECK(writes[0].bucket == test::test_bucket);
    CHECK(writes[0].key == "key");
    CHECK(writes[0].upload_id == completed);
    CHECK(writes[0].part_number == 2);
    CHECK(writes[0].writes == 2);
    CHECK(writes[1].key == "other");
    CHECK(writes[1].upload_id == open);
    CHECK(writes[1].part_number == 1);
    CHECK(writes[1].writes == 1);
}

TEST_CASE("an upload belongs to its key")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    CHECK(oss.upload_part("other", id, "1", "a").code() == "NoSuchUpload");
    CHECK(oss.complete("other", id, {{1, "A"}}).code() == "NoSuchUpload");
    CHECK(oss.store->uploads().open().size() == 1);
}

TEST_CASE("several uploads of one key are independent, and the last completion wins")
{
    oss_client oss;
    auto const one = oss.initiate("key");
    auto const two = oss.initiate("key");
    auto const part_one = oss.upload_part("key", one, "1", "one");
    auto const part_two = oss.upload_part("key", two, "1", "two");
    CHECK(oss.complete("key", two, {{1, part_two.field("ETag")}}).status() == 200);
    CHECK(oss.complete("key", one, {{1, part_one.field("ETag")}}).status() == 200);
    CHECK(oss.store->object(test::test_bucket, "key") == "one");
}

TEST_CASE("part numbers are 1 to 10000")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    for (std::string const number : {"0", "10001", "-1", "1x", "", "99999999999"})
    {
        CAPTURE(number);
        auto const answer = oss.upload_part("key", id, number, "a");
        CHECK(answer.status() == 400);
        CHECK(answer.code() == "InvalidArgument");
        CHECK(answer.element("Message") == "Part number must be an integer between 1 and 10000, inclusive.");
    }
    CHECK(oss.upload_part("key", id, "1", "a").status() == 200);
    CHECK(oss.upload_part("key", id, "10000", "a").status() == 200);
}

TEST_CASE("a part's digests are checked")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    test::oss_call call{.method = "PUT", .key = "key", .query = {{"partNumber", "1"}, {"uploadId", id}}, .body = "a"};
    call.fields = {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}};
    CHECK(oss.call(call).code() == "InvalidDigest");
    call.fields = {{"x-oss-hash-crc64ecma", "1"}};
    CHECK(oss.call(call).code() == "InvalidCRC64");
    call.fields = {{"x-oss-server-side-encryption", "AES256"}};
    CHECK(oss.call(call).code() == "InvalidArgument");
    call.fields = {{"x-oss-traffic-limit", "1"}};
    CHECK(oss.call(call).code() == "InvalidArgument");
    call.fields = {};
    CHECK(oss.call(call).status() == 200);
}

TEST_CASE("a list of parts that does not fit the upload is refused, and the upload stays")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const small = oss.upload_part("key", id, "1", block('a', smallest - 1)).field("ETag");
    auto const enough = oss.upload_part("key", id, "2", block('b')).field("ETag");
    auto const tail = oss.upload_part("key", id, "3", "c").field("ETag");

    CHECK(oss.complete("key", id, {{2, enough}, {4, tail}}).code() == "InvalidPart");
    CHECK(oss.complete("key", id, {{2, tail}}).code() == "InvalidPart");
    CHECK(oss.complete("key", id, {{3, tail}, {2, enough}}).code() == "InvalidPartOrder");
    CHECK(oss.complete("key", id, {}).code() == "MalformedXML");
    auto const too_small = oss.complete("key", id, {{1, small}, {2, enough}});
    CHECK(too_small.status() == 400);
    CHECK(too_small.code() == "EntityTooSmall");
    CHECK(too_small.field("x-oss-ec") == "0042-00000213");

    CHECK(oss.complete("key", id, {{2, enough}, {3, tail}}).status() == 200);
}

TEST_CASE("a small part may be the only one, or the last")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const small = oss.upload_part("key", id, "1", block('a', smallest - 1)).field("ETag");
    CHECK(oss.complete("key", id, {{1, small}}).status() == 200);
}

TEST_CASE("x-oss-complete-all takes every part, and no list")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    test::oss_call call{.method = "POST", .key = "key", .query = {{"uploadId", id}}};
    call.fields = {{"x-oss-complete-all", "yes"}};
    CHECK(oss.call(call).code() == "InvalidPart");
    oss.upload_part("key", id, "7", "tail");
    oss.upload_part("key", id, "2", block('a'));

    call.fields = {{"x-oss-complete-all", "no"}};
    CHECK(oss.call(call).code() == "InvalidArgument");
    call.fields = {{"x-oss-complete-all", "yes"}};
    call.body = "<CompleteMultipartUpload/>";
    auto const refused = oss.call(call);
    CHECK(refused.code() == "InvalidArgument");
    CHECK(refused.field("x-oss-ec") == "0042-00000216");
    call.body = {};
    CHECK(oss.call(call).status() == 200);
    CHECK(oss.store->object(test::test_bucket, "key") == block('a') + "tail");
}

TEST_CASE("the options of a completion are checked")
{
    oss_client oss;
    oss.put("key", "old");
    auto const id = oss.initiate("key");
    auto const etag = oss.upload_part("key", id, "1", "new").field("ETag");
    auto const refused = oss.complete("key", id, {{1, etag}}, {{"x-oss-forbid-overwrite", "true"}});
    CHECK(refused.status() == 409);
    CHECK(refused.code() == "FileAlreadyExists");
    CHECK(
        oss.complete("key", id, {{1, etag}}, {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}}).code() == "InvalidDigest");
    CHECK(oss.complete("key", id, {{1, etag}}, {{"x-oss-object-acl", "all"}}).code() == "InvalidArgument");
    CHECK(oss.store->object(test::test_bucket, "key") == "old");

    auto const stored =
        oss.complete("key", id, {{1, etag}}, {{"x-oss-callback", "eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9hIn0="}});
    CHECK(stored.status() == 203);
    CHECK(stored.code() == "CallbackFailed");
    CHECK(oss.store->object(test::test_bucket, "key") == "new");
}

TEST_CASE("a list of parts that never ends is not kept")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const answer =
        oss.call({.method = "POST", .key = "key", .query = {{"uploadId", id}}, .body = std::string(5U << 20U, 'x')});
    CHECK(answer.status() == 400);
}

TEST_CASE("initiating is refused for what the object could not be")
{
    oss_client oss;
    oss.put("key", "old");
    auto const call = [&](test::pair_list const& query, test::pair_list const& fields) {
        return oss.call({.method = "POST", .key = "key", .query = query, .fields = fields});
    };
    CHECK(call({{"uploads", ""}}, {{"x-oss-forbid-overwrite", "true"}}).code() == "FileAlreadyExists");
    CHECK(call({{"uploads", ""}}, {{"x-oss-storage-class", "Cheap"}}).code() == "InvalidArgument");
    CHECK(call({{"uploads", ""}, {"encoding-type", "base64"}}, {}).code() == "InvalidArgument");
    CHECK(oss.store->uploads().open().empty());
    CHECK(call({{"uploads", ""}, {"sequential", ""}}, {}).status() == 200);
}

TEST_CASE("keys are encoded in answers for those who ask")
{
    oss_client oss;
    std::string const key = "a b+c/\xE5\xAA\x92&<.mp4";
    auto const plain = oss.call({.method = "POST", .key = key, .query = {{"uploads", ""}}});
    CHECK(plain.element("Key") == key);
    CHECK(plain.element("EncodingType").empty());
    auto const encoded = oss.call({.method = "POST", .key = key, .query = {{"uploads", ""}, {"encoding-type", "url"}}});
    CHECK(encoded.element("EncodingType") == "url");
    CHECK(encoded.element("Key") == "a%20b%2Bc%2F%E5%AA%92%26%3C.mp4");
    CHECK(encoded.element("Bucket") == test::test_bucket);
}

TEST_CASE("a part that is corrupted on the way has the digests of what is stored")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const part =
        oss.call({.method = "PUT", .key = "key", .query = {{"partNumber", "1"}, {"uploadId", id}}, .body = "hello"},
            emulator::fault::kind::corrupt_body);
    auto const done = oss.complete("key", id, {{1, part.field("ETag")}});
    CHECK(done.status() == 200);
    auto const stored = oss.store->object(test::test_bucket, "key");
    REQUIRE(stored);
    CHECK(*stored != "hello");
    CHECK(part.field("x-oss-hash-crc64ecma") == crc_of(*stored));
    CHECK(done.field("x-oss-hash-crc64ecma") == crc_of(*stored));
}

}  // namespace sluice
