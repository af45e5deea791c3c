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

test::oss_answer append(
    oss_client& oss, std::string const& position, std::string const& body, test::pair_list const& fields = {})
{
    return oss.call({.method = "POST",
        .key = "key",
        .query = {{"append", ""}, {"position", position}},
        .fields = fields,
        .body = body});
}

}  // namespace

TEST_CASE("an object grows by appending at its end")
{
    oss_client oss;
    auto const first = append(oss, "0", "hello", {{"Content-Type", "video/mp2t"}});
    CHECK(first.status() == 200);
    CHECK(first.field("x-oss-next-append-position") == "5");
    CHECK(first.field("x-oss-hash-crc64ecma") == crc_of("hello"));
    auto const second = append(oss, "5", ", world", {{"Content-Type", "text/plain"}});
    CHECK(second.status() == 200);
    CHECK(second.field("x-oss-next-append-position") == "12");
    CHECK(second.field("x-oss-hash-crc64ecma") == crc_of("hello, world"));
    CHECK(second.field("ETag") != first.field("ETag"));
    CHECK(oss.store->object(test::test_bucket, "key") == "hello, world");

    auto const head = oss.call({.method = "HEAD", .key = "key"});
    CHECK(head.field("x-oss-object-type") == "Appendable");
    CHECK(head.field("x-oss-next-append-position") == "12");
    CHECK(head.field("Content-Type") == "video/mp2t");
}

TEST_CASE("a wrong position is answered with the right one")
{
    oss_client oss;
    auto const missing = append(oss, "1", "hello");
    CHECK(missing.status() == 409);
    CHECK(missing.code() == "PositionNotEqualToLength");
    CHECK(missing.field("x-oss-next-append-position") == "0");

    append(oss, "0", "hello");
    for (std::string const position : {"0", "4", "6"})
    {
        auto const answer = append(oss, position, "again");
        CHECK(answer.status() == 409);
        CHECK(answer.code() == "PositionNotEqualToLength");
        CHECK(answer.field("x-oss-ec") == "0026-00000016");
        CHECK(answer.field("x-oss-next-append-position") == "5");
    }
    CHECK(oss.store->object(test::test_bucket, "key") == "hello");
}

TEST_CASE("what was not appended cannot be appended to")
{
    oss_client oss;
    oss.put("key", "hello");
    auto const answer = append(oss, "5", "again");
    CHECK(answer.status() == 409);
    CHECK(answer.code() == "ObjectNotAppendable");
}

TEST_CASE("AppendObject refuses what is not right")
{
    oss_client oss;
    for (std::string const position : {"", "x", "-1"})
        CHECK(append(oss, position, "hello").code() == "InvalidArgument");
    CHECK(append(oss, "0", "hello", {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}).code() == "InvalidDigest");
    CHECK(append(oss, "0", "hello", {{"x-oss-storage-class", "Cheap"}}).code() == "InvalidArgument");
    CHECK(oss.store->objects().empty());
    append(oss, "0", "hello");
    CHECK(append(oss, "5", "again", {{"x-oss-forbid-overwrite", "true"}}).code() == "FileAlreadyExists");
}

TEST_CASE("putting an object over an appendable one ends its growth")
{
    oss_client oss;
    append(oss, "0", "hello");
    oss.put("key", "hello");
    CHECK(append(oss, "5", "again").code() == "ObjectNotAppendable");
}

}  // namespace sluice
