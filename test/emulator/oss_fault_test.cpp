// What faults do to grants, uploads and objects.
#include "emulator/oss_client.hpp"
#include "emulator/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace sluice
{

using namespace std::chrono_literals;
using emulator::fault;
using test::crc_of;
using test::oss_call;
using test::oss_client;

namespace
{

constexpr std::size_t least_part = 102400;  // bytes of one that is not the last

oss_call part_call(std::string const& id, std::string const& number, std::string const& body)
{
    return {.method = "PUT", .key = "key", .query = {{"partNumber", number}, {"uploadId", id}}, .body = body};
}

test::oss_answer list_parts(oss_client& oss, std::string const& id)
{
    return oss.call({.method = "GET", .key = "key", .query = {{"uploadId", id}}});
}

}  // namespace

TEST_CASE("drop_part: the part is answered as if it were kept")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const kept = oss.upload_part("key", id, "1", std::string(least_part, 'a'));
    auto const dropped = oss.call(part_call(id, "2", "hello"), fault::kind::drop_part);
    CHECK(dropped.status() == 200);
    CHECK(dropped.field("ETag") == "\"5D41402ABC4B2A76B9719D911017C592\"");
    CHECK(dropped.field("x-oss-hash-crc64ecma") == crc_of("hello"));

    auto const listed = list_parts(oss, id);
    CHECK(listed.reply.body.find("<PartNumber>1</PartNumber>") != std::string::npos);
    CHECK(listed.reply.body.find("<PartNumber>2</PartNumber>") == std::string::npos);
    auto const refused = oss.complete("key", id, {{1, kept.field("ETag")}, {2, dropped.field("ETag")}});
    CHECK(refused.status() == 400);
    CHECK(refused.code() == "InvalidPart");

    auto const again = oss.upload_part("key", id, "2", "hello");
    CHECK(oss.complete("key", id, {{1, kept.field("ETag")}, {2, again.field("ETag")}}).status() == 200);
}

TEST_CASE("forget_upload: the upload is unknown to that request and to all after it")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const other = oss.initiate("key");
    auto const etag = oss.upload_part("key", id, "1", "hello").field("ETag");
    CHECK(oss.call(part_call(id, "2", "x"), fault::kind::forget_upload).code() == "NoSuchUpload");
    CHECK(oss.upload_part("key", id, "2", "x").code() == "NoSuchUpload");
    CHECK(list_parts(oss, id).code() == "NoSuchUpload");
    CHECK(oss.complete("key", id, {{1, etag}}).code() == "NoSuchUpload");
    CHECK(list_parts(oss, other).status() == 200);
}

TEST_CASE("expire_token: the grant of that request has ended, and no other")
{
    oss_client oss;
    auto const key = oss.tokens.issue(test::test_bucket, "key", 1h).secret;
    auto const other = oss.tokens.issue(test::test_bucket, "key", 1h).secret;
    oss_call const put{.method = "PUT", .key = "key", .body = "hello"};
    CHECK(oss.send(oss.signed_head(put, key), "hello").status() == 200);

    auto const ended = oss.send(oss.signed_head(put, key), "hello", fault::kind::expire_token);
    CHECK(ended.status() == 403);
    CHECK(ended.code() == "SecurityTokenExpired");
    CHECK(ended.field("x-oss-ec") == "0002-00000007");
    CHECK(oss.send(oss.signed_head(put, key), "hello").code() == "SecurityTokenExpired");
    CHECK(oss.send(oss.signed_head(put, other), "hello").status() == 200);
    // The account's key is no grant.
    CHECK(oss.call(put, fault::kind::expire_token).status() == 200);
}

TEST_CASE("expire_all_tokens: every grant issued so far has ended")
{
    oss_client oss;
    auto const key = oss.tokens.issue(test::test_bucket, "key", 1h).secret;
    auto const other = oss.tokens.issue(test::test_bucket, "key", 1h).secret;
    oss_call const put{.method = "PUT", .key = "key", .body = "hello"};
    CHECK(
        oss.send(oss.signed_head(put, key), "hello", fault::kind::expire_all_tokens).code() == "SecurityTokenExpired");
    CHECK(oss.send(oss.signed_head(put, other), "hello").code() == "SecurityTokenExpired");
    auto const later = oss.tokens.issue(test::test_bucket, "key", 1h).secret;
    CHECK(oss.send(oss.signed_head(put, later), "hello").status() == 200);
}

TEST_CASE("a request that is refused anyway does no fault")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto head = oss.signed_head(part_call(id, "1", "x"));
    head.target += "&more=1";
    CHECK(oss.send(head, "x", fault::kind::forget_upload).code() == "SignatureDoesNotMatch");
    CHECK(list_parts(oss, id).status() == 200);
}

TEST_CASE("corrupt_object: other bytes than the parts' are stored, with their own CRC-64")
{
    for (bool const in_folder : {false, true})
    {
        for (std::string const& first :
            {std::string(least_part, 'a'), std::string(3U << 20U, 'a'), std::string("a"), std::string()})
        {
            CAPTURE(in_folder);
            CAPTURE(first.size());
            test::temporary_folder const folder;
            oss_client oss(in_folder ? folder.path().string() : std::string());
            auto const id = oss.initiate("key");
            auto body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                        oss.upload_part("key", id, "1", first).field("ETag") +
                        "</ETag></Part></CompleteMultipartUpload>";
            auto const done =
                oss.call({.method = "POST", .key = "key", .query = {{"uploadId", id}}, .body = std::move(body)},
                    fault::kind::corrupt_object);
            CHECK(done.status() == 200);
            auto const stored = oss.store->object(test::test_bucket, "key");
            REQUIRE(stored);
            CHECK(*stored != first);
            CHECK(stored->size() == std::max<std::size_t>(1, first.size()));
            CHECK(done.field("x-oss-hash-crc64ecma") == crc_of(*stored));
            CHECK(oss.call({.method = "HEAD", .key = "key"}).field("x-oss-hash-crc64ecma") == crc_of(*stored));
        }
    }
}

TEST_CASE("wrong_crc: Complete states another CRC-64 than that of what it stored")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const etag = oss.upload_part("key", id, "1", "hello").field("ETag");
    auto const done = oss.call({.method = "POST",
                                   .key = "key",
                                   .query = {{"uploadId", id}},
                                   .body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                                           "</ETag></Part></CompleteMultipartUpload>"},
        fault::kind::wrong_crc);
    CHECK(done.status() == 200);
    CHECK(done.field("x-oss-hash-crc64ecma") != crc_of("hello"));
    CHECK(oss.call({.method = "HEAD", .key = "key"}).field("x-oss-hash-crc64ecma") == crc_of("hello"));
}

}  // namespace sluice
