#include "emulator/oss_client.hpp"

#include "base/percent.hpp"
#include "base/xml.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sluice
{

using test::oss_client;

namespace
{

// Every `element` of the answer, as the text of its child.
std::vector<std::string> children(test::oss_answer const& answer, std::string_view element, std::string_view child)
{
    std::vector<std::string> found;
    auto const document = xml_document::parse(answer.reply.body);
    REQUIRE(document);
    document->root().for_each(
        element, [&](xml_document::element const& e) { found.push_back(e.text(child).value_or("")); });
    return found;
}

test::oss_answer list_uploads(oss_client& oss, test::pair_list query)
{
    query.emplace_back("uploads", "");
    return oss.call({.method = "GET", .key = "", .query = std::move(query)});
}

std::vector<std::string> const tricky_keys{"a", "a b", "a+b", "a/b", "a/b/c", "a//b", "a&<>\"'", "a%20b", "b/",
    "\xE5\xAA\x92\xE4\xBD\x93/1.mp4", std::string(1023, 'z')};

}  // namespace

TEST_CASE("ListParts tells what was uploaded")
{
    oss_client oss;
    auto const id = oss.initiate("a b", {{"x-oss-storage-class", "IA"}});
    auto const part = oss.upload_part("a b", id, "2", "hello");
    auto const answer = oss.call({.method = "GET", .key = "a b", .query = {{"uploadId", id}}});
    CHECK(answer.status() == 200);
    CHECK(answer.element("Bucket") == test::test_bucket);
    CHECK(answer.element("Key") == "a b");
    CHECK(answer.element("UploadId") == id);
    CHECK(answer.element("StorageClass") == "IA");
    CHECK(answer.element("MaxParts") == "1000");
    CHECK(answer.element("PartNumberMarker") == "0");
    CHECK(answer.element("NextPartNumberMarker") == "2");
    CHECK(answer.element("IsTruncated") == "false");
    CHECK(children(answer, "Part", "PartNumber") == std::vector<std::string>{"2"});
    CHECK(children(answer, "Part", "Size") == std::vector<std::string>{"5"});
    CHECK(children(answer, "Part", "ETag") == std::vector{part.field("ETag")});
    CHECK(children(answer, "Part", "HashCrc64ecma") == std::vector{part.field("x-oss-hash-crc64ecma")});
    CHECK(children(answer, "Part", "LastModified") == std::vector<std::string>{"2026-03-30T08:00:00.000Z"});
}

TEST_CASE("ListParts states no CRC-64 when it is not to, and neither does Complete")
{
    oss_client oss({}, {.of_listed_parts = false, .of_completion = false});
    auto const id = oss.initiate("key");
    auto const part = oss.upload_part("key", id, "1", "hello");
    CHECK_FALSE(part.field("x-oss-hash-crc64ecma").empty());
    auto const answer = oss.call({.method = "GET", .key = "key", .query = {{"uploadId", id}}});
    CHECK(children(answer, "Part", "ETag") == std::vector{part.field("ETag")});
    CHECK(answer.reply.body.find("HashCrc64ecma") == std::string::npos);

    auto const done = oss.complete("key", id, {{1, part.field("ETag")}});
    CHECK(done.status() == 200);
    CHECK(done.field("x-oss-hash-crc64ecma").empty());
    auto const head = oss.call({.method = "HEAD", .key = "key"});
    CHECK(head.field("x-oss-hash-crc64ecma") == part.field("x-oss-hash-crc64ecma"));
}

TEST_CASE("pages of any size together list every part once, in ascending order, with its digests")
{
    oss_client oss;
    auto const id = oss.initiate("key");
    std::vector<std::string> const numbers{"1", "2", "5", "10", "9999", "10000"};
    std::map<std::string, test::oss_answer> uploaded;
    for (auto const* number : {"10000", "2", "10", "1", "9999", "5"})
        uploaded[number] = oss.upload_part("key", id, number, "bytes of " + std::string(number));
    for (std::string const page : {"1", "2", "4", "6", "1000"})
    {
        CAPTURE(page);
        std::vector<std::string> listed;
        std::string marker;
        bool truncated = true;
        for (unsigned pages = 0; truncated && pages < 10; ++pages)
        {
            auto const answer = oss.call({.method = "GET",
                .key = "key",
                .query = {{"uploadId", id}, {"max-parts", page}, {"part-number-marker", marker}}});
            auto const etags = children(answer, "Part", "ETag");
            auto const crcs = children(answer, "Part", "HashCrc64ecma");
            std::size_t index = 0;
            for (auto const& number : children(answer, "Part", "PartNumber"))
            {
                listed.push_back(number);
                CHECK(etags.at(index) == uploaded[number].field("ETag"));
                CHECK(crcs.at(index) == uploaded[number].field("x-oss-hash-crc64ecma"));
                ++index;
            }
            marker = answer.element("NextPartNumberMarker");
            truncated = answer.element("IsTruncated") == "true";
        }
        CHECK_FALSE(truncated);
        CHECK(listed == numbers);
    }
}

TEST_CASE("ListParts refuses what it cannot list")
{
    struct row
    {
        std::string name, value;
        std::string_view code;
    };
    row const rows[] = {
        {"max-parts", "0", "InvalidArgument"},
        {"max-parts", "1001", "InvalidArgument"},
        {"max-parts", "x", "InvalidArgument"},
        {"part-number-marker", "x", "InvalidArgument"},
        {"encoding-type", "gzip", "InvalidArgument"},
    };
    oss_client oss;
    auto const id = oss.initiate("key");
    for (auto const& r : rows)
    {
        CAPTURE(r.value);
        CHECK(
            oss.call({.method = "GET", .key = "key", .query = {{"uploadId", id}, {r.name, r.value}}}).code() == r.code);
    }
    CHECK(oss.call({.method = "GET", .key = "key", .query = {{"uploadId", "other"}}}).code() == "NoSuchUpload");
}

TEST_CASE("pages of any size together list every upload once, by key and then by upload id")
{
    oss_client oss;
    std::vector<std::pair<std::string, std::string>> begun;
    for (auto const& key : tricky_keys)
    {
        for (unsigned i = 0; i < 2; ++i)
            begun.emplace_back(key, oss.initiate(key));
    }
    std::ranges::sort(begun);
    for (bool const encoded : {true, false})
    {
        for (std::string const page : {"1", "2", "3", "7", "1000"})
        {
            CAPTURE(page);
            std::vector<std::pair<std::string, std::string>> listed;
            std::string key_marker;
            std::string id_marker;
            bool truncated = true;
            for (unsigned pages = 0; truncated && pages <= begun.size(); ++pages)
            {
                test::pair_list query{
                    {"max-uploads", page}, {"key-marker", key_marker}, {"upload-id-marker", id_marker}};
                if (encoded)
                    query.emplace_back("encoding-type", "url");
                auto const answer = list_uploads(oss, std::move(query));
                auto const decoded = [&](std::string const& text) {
                    return encoded ? uri_decode(text, plus::literal).value_or("?") : text;
                };
                CHECK(decoded(answer.element("KeyMarker")) == key_marker);
                auto const keys = children(answer, "Upload", "Key");
                auto const ids = children(answer, "Upload", "UploadId");
                for (std::size_t i = 0; i < keys.size(); ++i)
                    listed.emplace_back(decoded(keys[i]), ids[i]);
                key_marker = decoded(answer.element("NextKeyMarker"));
                id_marker = answer.element("NextUploadIdMarker");
                truncated = answer.element("IsTruncated") == "true";
            }
            CHECK_FALSE(truncated);
            CHECK(listed == begun);
        }
    }
}

TEST_CASE("a delimiter rolls keys into common prefixes, each listed once over all pages")
{
    oss_client oss;
    for (auto const* key : {"fun/a", "fun/b", "fun/movie/1", "fun/movie/2", "fun/z", "other", "plan/1"})
        oss.initiate(key);
    struct row
    {
        std::string prefix;
        std::vector<std::string> keys, prefixes;
    };
    row const rows[] = {
        {"", {"other"}, {"fun/", "plan/"}},
        {"fun/", {"fun/a", "fun/b", "fun/z"}, {"fun/movie/"}},
        {"fun/m", {}, {"fun/movie/"}},
        {"fun/movie/", {"fun/movie/1", "fun/movie/2"}, {}},
        {"nothing", {}, {}},
    };
    for (auto const& r : rows)
    {
        for (std::string const page : {"1", "2", "1000"})
        {
            CAPTURE(r.prefix);
            CAPTURE(page);
            std::vector<std::string> keys;
            std::vector<std::string> prefixes;
            std::string key_marker;
            std::string id_marker;
            bool truncated = true;
            for (unsigned pages = 0; truncated && pages < 10; ++pages)
            {
                auto const answer = list_uploads(oss, {{"prefix", r.prefix}, {"delimiter", "/"}, {"max-uploads", page},
                                                          {"key-marker", key_marker}, {"upload-id-marker", id_marker}});
                std::ranges::copy(children(answer, "Upload", "Key"), std::back_inserter(keys));
                std::ranges::copy(children(answer, "CommonPrefixes", "Prefix"), std::back_inserter(prefixes));
                key_marker = answer.element("NextKeyMarker");
                id_marker = answer.element("NextUploadIdMarker");
                truncated = answer.element("IsTruncated") == "true";
            }
            CHECK_FALSE(truncated);
            CHECK(keys == r.keys);
            CHECK(prefixes == r.prefixes);
        }
    }
}

TEST_CASE("an upload id marker without a key marker is ignored")
{
    oss_client oss;
    oss.initiate("key");
    auto const answer = list_uploads(oss, {{"upload-id-marker", "ZZZZ"}});
    CHECK(children(answer, "Upload", "Key") == std::vector<std::string>{"key"});
}

TEST_CASE("key-like elements of ListMultipartUploads are encoded for those who ask")
{
    oss_client oss;
    oss.initiate("p q/a+b");
    oss.initiate("p q/c/d");
    auto const answer =
        list_uploads(oss, {{"prefix", "p q/"}, {"delimiter", "/"}, {"key-marker", "p p"}, {"encoding-type", "url"}});
    CHECK(answer.element("EncodingType") == "url");
    CHECK(answer.element("Prefix") == "p%20q%2F");
    CHECK(answer.element("Delimiter") == "%2F");
    CHECK(answer.element("KeyMarker") == "p%20p");
    CHECK(children(answer, "Upload", "Key") == std::vector<std::string>{"p%20q%2Fa%2Bb"});
    CHECK(children(answer, "CommonPrefixes", "Prefix") == std::vector<std::string>{"p%20q%2Fc%2F"});
}

TEST_CASE("ListMultipartUploads refuses a page of no size")
{
    oss_client oss;
    for (std::string const size : {"0", "1001", "-1"})
        CHECK(list_uploads(oss, {{"max-uploads", size}}).code() == "InvalidArgument");
}

}  // namespace sluice
