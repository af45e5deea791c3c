#include "emulator/oss_client.hpp"
#include "emulator/oss_range.hpp"

#include <doctest/doctest.h>

namespace sluice
{

using test::oss_client;

TEST_CASE("HEAD tells everything of an object but its bytes")
{
    oss_client oss;
    auto const put = oss.put("key", "hello",
        {{"Content-Type", "video/mp4"}, {"Cache-Control", "no-cache"}, {"x-oss-meta-Title", "A B"},
            {"x-oss-storage-class", "IA"}, {"x-oss-tagging", "a=1&b"}});
    auto const answer = oss.call({.method = "HEAD", .key = "key"});
    CHECK(answer.status() == 200);
    CHECK(answer.reply.body.empty());
    CHECK(answer.reply.stated_length == 5);
    CHECK(answer.field("ETag") == put.field("ETag"));
    CHECK(answer.field("Content-MD5") == put.field("Content-MD5"));
    CHECK(answer.field("x-oss-hash-crc64ecma") == put.field("x-oss-hash-crc64ecma"));
    CHECK(answer.field("Last-Modified") == "Mon, 30 Mar 2026 08:00:00 GMT");
    CHECK(answer.field("x-oss-object-type") == "Normal");
    CHECK(answer.field("x-oss-storage-class") == "IA");
    CHECK(answer.field("x-oss-tagging-count") == "2");
    CHECK(answer.field("Content-Type") == "video/mp4");
    CHECK(answer.field("Cache-Control") == "no-cache");
    CHECK(answer.field("x-oss-meta-title") == "A B");
    CHECK(answer.field("Accept-Ranges") == "bytes");
}

TEST_CASE("what has no type is application/octet-stream")
{
    oss_client oss;
    oss.put("key", "hello");
    CHECK(oss.call({.method = "HEAD", .key = "key"}).field("Content-Type") == "application/octet-stream");
}

TEST_CASE("what is not there is NoSuchKey")
{
    oss_client oss;
    for (std::string const method : {"GET", "HEAD"})
    {
        auto const answer = oss.call({.method = method, .key = "key"});
        CHECK(answer.status() == 404);
        CHECK(answer.code() == "NoSuchKey");
        CHECK(answer.field("x-oss-ec") == "0026-00000001");
    }
}

TEST_CASE("DELETE ends an object, and does not mind when there is none")
{
    oss_client oss;
    oss.put("key", "hello");
    for (unsigned i = 0; i < 2; ++i)
    {
        auto const answer = oss.call({.method = "DELETE", .key = "key"});
        CHECK(answer.status() == 204);
        CHECK(answer.reply.body.empty());
        CHECK(oss.call({.method = "GET", .key = "key"}).status() == 404);
    }
}

TEST_CASE("ranges are chosen as the service does")
{
    using emulator::byte_range;
    using kind = byte_range::kind;
    constexpr std::uint64_t size = 1000;
    struct row
    {
        std::string_view header;
        byte_range plain, standard;
    };
    static constexpr byte_range whole{kind::whole, 0, size};
    static constexpr byte_range nothing{kind::not_satisfiable, 0, 0};
    static constexpr row rows[] = {
        {"", whole, whole},
        {"bytes=0-0", {kind::partial, 0, 1}, {kind::partial, 0, 1}},
        {"bytes=0-499", {kind::partial, 0, 500}, {kind::partial, 0, 500}},
        {"bytes=0-999", {kind::partial, 0, 1000}, {kind::partial, 0, 1000}},
        {"bytes=500-", {kind::partial, 500, 500}, {kind::partial, 500, 500}},
        {"bytes=999-", {kind::partial, 999, 1}, {kind::partial, 999, 1}},
        {"bytes=-1", {kind::partial, 999, 1}, {kind::partial, 999, 1}},
        {"bytes=-1000", {kind::partial, 0, 1000}, {kind::partial, 0, 1000}},
        // Not all inside.
        {"bytes=0-1000", whole, {kind::partial, 0, 1000}},
        {"bytes=500-2000", whole, {kind::partial, 500, 500}},
        {"bytes=-2000", whole, {kind::partial, 0, 1000}},
        {"bytes=1000-", whole, nothing},
        {"bytes=1000-2000", whole, nothing},
        {"bytes=-0", whole, nothing},
        {"bytes=5-18446744073709551615", whole, {kind::partial, 5, 995}},
        // Not a range.
        {"bytes=", whole, whole},
        {"bytes=-", whole, whole},
        {"bytes=5-3", whole, whole},
        {"bytes=a-b", whole, whole},
        {"bytes=0-1,5-6", whole, whole},
        {"bytes=0-18446744073709551616", whole, whole},
        {"lines=0-1", whole, whole},
        {"0-1", whole, whole},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.header);
        CHECK(emulator::choose_range(r.header, size, false) == r.plain);
        CHECK(emulator::choose_range(r.header, size, true) == r.standard);
    }
    CHECK(emulator::choose_range("bytes=0-", 0, false).what == kind::whole);
    CHECK(emulator::choose_range("bytes=0-", 0, true).what == kind::not_satisfiable);
}

TEST_CASE("a range of an object comes with the CRC-64 of the whole")
{
    oss_client oss;
    auto const put = oss.put("key", "0123456789");
    auto const answer = oss.call({.method = "GET", .key = "key", .fields = {{"Range", "bytes=3-5"}}});
    CHECK(answer.status() == 206);
    CHECK(answer.reply.body == "345");
    CHECK(answer.field("Content-Range") == "bytes 3-5/10");
    CHECK(answer.field("x-oss-hash-crc64ecma") == put.field("x-oss-hash-crc64ecma"));

    auto const outside = oss.call(
        {.method = "GET", .key = "key", .fields = {{"Range", "bytes=10-"}, {"x-oss-range-behavior", "standard"}}});
    CHECK(outside.status() == 416);
    CHECK(outside.code() == "InvalidRange");
    CHECK(outside.field("Content-Range") == "bytes */10");
}

TEST_CASE("a range may reach over the parts that an object was made of")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    auto const first = oss.upload_part("key", id, "1", std::string(102400, 'a')).field("ETag");
    auto const second = oss.upload_part("key", id, "2", std::string(102400, 'b')).field("ETag");
    auto const third = oss.upload_part("key", id, "3", "c").field("ETag");
    oss.complete("key", id, {{1, first}, {2, second}, {3, third}});
    auto const range = [&](std::string const& bytes) {
        return oss.call({.method = "GET", .key = "key", .fields = {{"Range", "bytes=" + bytes}}}).reply.body;
    };
    CHECK(range("102398-102401") == "aabb");
    CHECK(range("204799-") == "bc");
    CHECK(range("102400-102400") == "b");
    CHECK(range("102399-204800") == "a" + std::string(102400, 'b') + "c");
}

TEST_CASE("the reader may choose some headers of the answer")
{
    oss_client oss;
    oss.put("key", "hello", {{"Content-Type", "video/mp4"}});
    auto const answer = oss.call({.method = "GET",
        .key = "key",
        .query = {{"response-content-type", "text/plain"},
            {"response-content-disposition", "attachment; filename=\"a b\""}}});
    CHECK(answer.field("Content-Type") == "text/plain");
    CHECK(answer.field("Content-Disposition") == "attachment; filename=\"a b\"");
    CHECK(answer.reply.body == "hello");
}

TEST_CASE("conditions are honoured")
{
    struct row
    {
        std::string name, value;
        int status;
    };
    std::string const etag = "\"5D41402ABC4B2A76B9719D911017C592\"";
    row const rows[] = {
        {"If-Match", etag, 200},
        {"If-Match", "\"other\"", 412},
        {"If-None-Match", "\"other\", " + etag, 304},
        {"If-None-Match", "*", 304},
        {"If-None-Match", "\"other\"", 200},
        {"If-Modified-Since", "Mon, 30 Mar 2026 08:00:00 GMT", 304},
        {"If-Modified-Since", "Mon, 30 Mar 2026 07:59:59 GMT", 200},
        {"If-Unmodified-Since", "Mon, 30 Mar 2026 08:00:00 GMT", 200},
        {"If-Unmodified-Since", "Mon, 30 Mar 2026 07:59:59 GMT", 412},
        {"If-Modified-Since", "yesterday", 200},
    };
    oss_client oss;
    oss.put("key", "hello");
    for (auto const& r : rows)
    {
        CAPTURE(r.name);
        CAPTURE(r.value);
        auto const answer = oss.call({.method = "GET", .key = "key", .fields = {{r.name, r.value}}});
        CHECK(answer.status() == r.status);
        CHECK(answer.code() == (r.status == 412 ? "PreconditionFailed" : ""));
        if (r.status != 304)
            continue;
        CHECK(answer.reply.body.empty());
        CHECK(answer.field("ETag") == etag);
        CHECK(answer.field("Last-Modified") == "Mon, 30 Mar 2026 08:00:00 GMT");
    }
}

}  // namespace sluice
