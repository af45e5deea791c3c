#include "emulator/oss_client.hpp"

#include <doctest/doctest.h>

namespace sluice
{

using test::oss_client;

TEST_CASE("what is begun has a name, before its body has come")
{
    struct row
    {
        std::string method, key;
        test::pair_list query;
        std::string_view name;
    };
    row const rows[] = {
        {"PUT", "k", {}, "PutObject"},
        {"PUT", "k", {{"partNumber", "7"}, {"uploadId", "U"}}, "UploadPart"},
        {"POST", "k", {{"uploads", ""}}, "InitiateMultipartUpload"},
        {"POST", "k", {{"uploadId", "U"}}, "CompleteMultipartUpload"},
        {"POST", "k", {{"append", ""}, {"position", "0"}}, "AppendObject"},
        {"DELETE", "k", {{"uploadId", "U"}}, "AbortMultipartUpload"},
        {"DELETE", "k", {}, "DeleteObject"},
        {"GET", "k", {{"uploadId", "U"}}, "ListParts"},
        {"GET", "k", {}, "GetObject"},
        {"HEAD", "k", {}, "HeadObject"},
        {"GET", "", {{"uploads", ""}}, "ListMultipartUploads"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.name);
        auto const head = oss.signed_head({.method = r.method, .key = r.key, .query = r.query});
        auto const begun = oss.service.begin(head);
        CHECK(begun->service == "oss");
        CHECK(begun->name == r.name);
        CHECK(begun->bucket == test::test_bucket);
        CHECK(begun->key == r.key);
        CHECK(begun->part_number == (r.name == "UploadPart" ? 7 : 0));

        auto unsigned_head = head;
        std::erase_if(unsigned_head.fields, [](auto const& f) { return f.first == "Authorization"; });
        CHECK(oss.service.begin(unsigned_head)->name == r.name);
    }
}

TEST_CASE("what the emulator does not serve is refused")
{
    struct row
    {
        std::string method, key;
        test::pair_list query;
        int status;
        std::string_view code;
    };
    row const rows[] = {
        {"GET", "", {}, 405, "MethodNotAllowed"},
        {"PUT", "", {}, 405, "MethodNotAllowed"},
        {"DELETE", "", {}, 405, "MethodNotAllowed"},
        {"POST", "k", {}, 405, "MethodNotAllowed"},
        {"OPTIONS", "k", {}, 405, "MethodNotAllowed"},
        {"GET", "k", {{"acl", ""}}, 501, "NotImplemented"},
        {"PUT", "k", {{"tagging", ""}}, 501, "NotImplemented"},
        {"GET", "k", {{"x-oss-process", "image/resize,w_1"}}, 501, "NotImplemented"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.method);
        auto const answer = oss.call({.method = r.method, .key = r.key, .query = r.query});
        CHECK(answer.status() == r.status);
        CHECK(answer.code() == r.code);
    }
}

TEST_CASE("a bucket that is not there is named in the answer")
{
    oss_client oss;
    auto const answer = oss.call({.method = "PUT", .key = "k", .bucket = "no-such-bucket"});
    CHECK(answer.status() == 404);
    CHECK(answer.code() == "NoSuchBucket");
    CHECK(answer.field("x-oss-ec") == "0015-00000101");
    CHECK(answer.element("BucketName") == "no-such-bucket");
}

TEST_CASE("a bucket whose name breaks the rules is refused")
{
    oss_client oss;
    for (std::string const& bucket :
        {std::string("ab"), std::string("-abc"), std::string("abc-"), std::string("a_bc"), std::string(64, 'a')})
    {
        CAPTURE(bucket);
        CHECK(oss.call({.method = "PUT", .key = "k", .bucket = bucket}).code() == "InvalidBucketName");
    }
}

TEST_CASE("names of objects are 1 to 1023 bytes of UTF-8 that begin with no slash")
{
    oss_client oss;
    for (std::string const& key : {std::string("/a"), std::string("\\a"), std::string(1024, 'k'), std::string("a\xFF")})
    {
        CAPTURE(key);
        auto const answer = oss.put(key, "hello");
        CHECK(answer.status() == 400);
        CHECK(answer.code() == "InvalidObjectName");
    }
    CHECK(oss.put(std::string(1023, 'k'), "hello").status() == 200);
}

TEST_CASE("a target with a bad percent code is refused")
{
    oss_client oss;
    auto head = oss.signed_head({.method = "GET", .key = "k"});
    for (auto const* target : {"/%", "/%zz", "/k?a=%4"})
    {
        CAPTURE(target);
        head.target = target;
        CHECK(oss.send(head, "").code() == "InvalidArgument");
    }
}

TEST_CASE("every answer has a request id of its own")
{
    oss_client oss;
    CHECK(oss.put("k", "a").field("x-oss-request-id") != oss.put("k", "a").field("x-oss-request-id"));
}

}  // namespace sluice
