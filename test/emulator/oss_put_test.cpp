#include "emulator/oss_client.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"

#include <doctest/doctest.h>

namespace sluice
{

using test::crc_of;
using test::oss_client;

namespace
{

constexpr char const* hello_md5 = "5d41402abc4b2a76b9719d911017c592";
constexpr char const* hello_etag = "\"5D41402ABC4B2A76B9719D911017C592\"";
constexpr char const* hello_content_md5 = "XUFAKrxLKna5cZ2REBfFkg==";

}  // namespace

TEST_CASE("PutObject stores the body and states its digests")
{
    oss_client oss;
    auto const answer = oss.put("a b/ü+%.mp4", "hello", {{"Content-MD5", hello_content_md5}});
    CHECK(answer.status() == 200);
    CHECK(answer.reply.body.empty());
    CHECK(answer.field("ETag") == hello_etag);
    CHECK(answer.field("Content-MD5") == hello_content_md5);
    CHECK(answer.field("x-oss-hash-crc64ecma") == crc_of("hello"));
    CHECK(answer.field("x-oss-request-id").size() == 24);
    CHECK(answer.field("x-oss-request-id").find_first_not_of("0123456789ABCDEF") == std::string::npos);
    CHECK(answer.field("x-oss-server-time") == "1");
    CHECK(oss.store->object(test::test_bucket, "a b/ü+%.mp4") == "hello");
}

TEST_CASE("an empty object can be put")
{
    oss_client oss;
    auto const answer = oss.put("empty", "");
    CHECK(answer.status() == 200);
    CHECK(answer.field("x-oss-hash-crc64ecma") == "0");
    CHECK(oss.store->object(test::test_bucket, "empty") == "");
}

TEST_CASE("answers about a new object say how it is encrypted")
{
    oss_client oss;
    for (std::string const method : {"AES256", "KMS", "SM4"})
    {
        CAPTURE(method);
        test::pair_list const fields{{"x-oss-server-side-encryption", method}};
        CHECK(oss.put("k", "hello", fields).field("x-oss-server-side-encryption") == method);

        auto const begun = oss.call({.method = "POST", .key = "m", .query = {{"uploads", ""}}, .fields = fields});
        CHECK(begun.field("x-oss-server-side-encryption") == method);
        auto const id = begun.element("UploadId");
        auto const part = oss.upload_part("m", id, "1", "hello");
        CHECK(oss.complete("m", id, {{1, part.field("ETag")}}).field("x-oss-server-side-encryption") == method);
        CHECK(oss.call({.method = "HEAD", .key = "m"}).field("x-oss-server-side-encryption") == method);
    }
    CHECK(oss.put("k", "hello").field("x-oss-server-side-encryption").empty());
    auto const refused = oss.call({.method = "POST",
        .key = "m",
        .query = {{"uploads", ""}},
        .fields = {{"x-oss-server-side-encryption", "ROT13"}}});
    CHECK(refused.code() == "InvalidEncryptionAlgorithmError");
}

TEST_CASE("PutObject refuses what is not right, and stores nothing then")
{
    struct row
    {
        test::pair_list fields;
        int status;
        std::string_view code;
    };
    row const rows[] = {
        {{{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}, 400, "InvalidDigest"},
        {{{"Content-MD5", hello_md5}}, 400, "InvalidDigest"},
        {{{"x-oss-hash-crc64ecma", "1"}}, 400, "InvalidCRC64"},
        {{{"x-oss-storage-class", "Cheap"}}, 400, "InvalidArgument"},
        {{{"x-oss-object-acl", "everybody"}}, 400, "InvalidArgument"},
        {{{"x-oss-tagging", "a=1&a=2"}}, 400, "InvalidTag"},
        {{{"x-oss-tagging", "=1"}}, 400, "InvalidTag"},
        {{{"x-oss-tagging", "a&b&c&d&e&f&g&h&i&j&k"}}, 400, "InvalidTag"},
        {{{"x-oss-meta-a_b", "1"}}, 400, "InvalidArgument"},
        {{{"x-oss-meta-a", std::string(8182, 'x')}}, 400, "InvalidArgument"},
        {{{"x-oss-server-side-encryption", "ROT13"}}, 400, "InvalidEncryptionAlgorithmError"},
        {{{"x-oss-traffic-limit", "245759"}}, 400, "InvalidArgument"},
        {{{"x-oss-traffic-limit", "838860801"}}, 400, "InvalidArgument"},
        {{{"x-oss-callback", "{}"}}, 400, "InvalidArgument"},
        {{{"x-oss-forbid-overwrite", "maybe"}}, 400, "InvalidArgument"},
        {{{"x-oss-copy-source", "/media-bucket/a"}}, 400, "NotImplemented"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.fields.front());
        oss_client oss;
        auto const answer = oss.put("key", "hello", r.fields);
        CHECK(answer.status() == r.status);
        CHECK(answer.code() == r.code);
        CHECK(answer.reply.code == r.code);
        CHECK(oss.store->objects().empty());
    }
}

TEST_CASE("PutObject accepts what is at the bounds")
{
    test::pair_list const rows[] = {
        {{"x-oss-hash-crc64ecma", crc_of("hello")}},
        {{"x-oss-storage-class", "DeepColdArchive"}},
        {{"x-oss-object-acl", "public-read-write"}},
        {{"x-oss-tagging", "k1=v%201&k2"}},
        {{"x-oss-tagging", "a&b&c&d&e&f&g&h&i&j"}},
        {{"x-oss-meta-a", std::string(8180, 'x')}},
        {{"x-oss-traffic-limit", "245760"}},
        {{"x-oss-traffic-limit", "838860800"}},
        {{"x-oss-forbid-overwrite", "true"}},
    };
    for (auto const& fields : rows)
    {
        CAPTURE(fields.front());
        oss_client oss;
        CHECK(oss.put("key", "hello", fields).status() == 200);
    }
}

TEST_CASE("x-oss-forbid-overwrite keeps the object that is there")
{
    oss_client oss;
    oss.put("key", "first");
    auto const refused = oss.put("key", "second", {{"x-oss-forbid-overwrite", "true"}});
    CHECK(refused.status() == 409);
    CHECK(refused.code() == "FileAlreadyExists");
    CHECK(oss.store->object(test::test_bucket, "key") == "first");
    CHECK(oss.put("key", "third").status() == 200);
    CHECK(oss.store->object(test::test_bucket, "key") == "third");
}

TEST_CASE("an object whose callback cannot be made is stored all the same")
{
    oss_client oss;
    auto const answer = oss.put("key", "hello", {{"x-oss-callback", "eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9hIn0="}});
    CHECK(answer.status() == 203);
    CHECK(answer.code() == "CallbackFailed");
    CHECK(oss.store->object(test::test_bucket, "key") == "hello");
}

TEST_CASE("a PUT that announces no length is refused")
{
    oss_client oss;
    auto head = oss.signed_head({.method = "PUT", .key = "key"});
    std::erase_if(head.fields, [](auto const& f) { return f.first == "Content-Length"; });
    CHECK(oss.send(head, "").code() == "MissingContentLength");
    head.fields.emplace_back("Transfer-Encoding", "chunked");
    CHECK(oss.send(head, "hello").status() == 200);
}

TEST_CASE("a body announced as larger than 5 GB is refused")
{
    oss_client oss;
    auto head = oss.signed_head({.method = "PUT", .key = "key"});
    for (auto& [name, value] : head.fields)
    {
        if (name == "Content-Length")
            value = "5368709121";
    }
    CHECK(oss.send(head, "").code() == "EntityTooLarge");
}

TEST_CASE("the fault wrong_crc lies about what was stored well")
{
    oss_client oss;
    auto const answer = oss.call({.method = "PUT", .key = "key", .body = "hello"}, emulator::fault::kind::wrong_crc);
    CHECK(answer.status() == 200);
    CHECK(answer.field("x-oss-hash-crc64ecma") != crc_of("hello"));
    CHECK(oss.store->object(test::test_bucket, "key") == "hello");
}

TEST_CASE("the fault corrupt_body stores other bytes and states their CRC-64")
{
    oss_client oss;
    auto const answer =
        oss.call({.method = "PUT", .key = "key", .fields = {{"Content-MD5", hello_content_md5}}, .body = "hello"},
            emulator::fault::kind::corrupt_body);
    CHECK(answer.status() == 200);
    auto const stored = oss.store->object(test::test_bucket, "key");
    REQUIRE(stored);
    CHECK(*stored != "hello");
    CHECK(stored->size() == 5);
    CHECK(answer.field("x-oss-hash-crc64ecma") == crc_of(*stored));
}

}  // namespace sluice
