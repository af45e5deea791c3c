#include "emulator/fault_rules.hpp"
#include "emulator/oss_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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
        auto const named = std::ranges::find(r.query, "uploadId", &test::pair_list::value_type::first);
        CHECK(begun->upload_id == (named == r.query.end() ? "" : "U"));
        CHECK(emulator::is_known_operation(r.name));

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
        {"PATCH", "", {}, 405, "MethodNotAllowed"},
        {"POST", "k", {}, 405, "MethodNotAllowed"},
        {"OPTIONS", "k", {}, 405, "MethodNotAllowed"},
        {"GET", "k", {{"acl", ""}}, 400, "NotImplemented"},
        {"PUT", "k", {{"tagging", ""}}, 400, "NotImplemented"},
        {"GET", "k", {{"x-oss-process", "image/resize,w_1"}}, 400, "NotImplemented"},
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

TEST_CASE("what the service has and the emulator has not is named")
{
    struct row
    {
        std::string method, bucket;
        test::pair_list query;
        std::string what;
    };
    row const rows[] = {
        {"GET", test::test_bucket, {}, "ListObjects"},
        {"GET", test::test_bucket, {{"prefix", "a"}}, "ListObjects"},
        {"GET", test::test_bucket, {{"list-type", "2"}}, "ListObjectsV2"},
        {"POST", test::test_bucket, {{"delete", ""}}, "DeleteMultipleObjects"},
        {"GET", test::test_bucket, {{"bucketInfo", ""}}, "GetBucketInfo"},
        {"PUT", test::test_bucket, {}, "PutBucket"},
        {"DELETE", test::test_bucket, {}, "DeleteBucket"},
        {"GET", test::test_bucket, {{"lifecycle", ""}}, "lifecycle"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto const answer = oss.call({.method = r.method, .key = "", .query = r.query, .bucket = r.bucket});
        CHECK(answer.status() == 400);
        CHECK(answer.code() == "NotImplemented");
        CHECK(answer.element("Message") == "The emulator does not implement " + r.what + ".");
        CHECK(answer.element("Header") == r.what);
    }
}

TEST_CASE("a bucket is reached at the endpoints of its region alone")
{
    struct row
    {
        std::string_view host, code;
    };
    static constexpr row rows[] = {
        {"media-bucket.oss-cn-shanghai.aliyuncs.com", ""},
        {"media-bucket.oss-cn-shanghai-internal.aliyuncs.com:80", ""},
        {"media-bucket.cn-shanghai.oss.aliyuncs.com", ""},
        {"media-bucket.vpc100-oss-cn-shanghai.aliyuncs.com", ""},
        {"media-bucket.oss-accelerate.aliyuncs.com", ""},
        {"media-bucket.localhost", ""},
        {"media-bucket.oss-cn-beijing.aliyuncs.com", "AccessDenied"},
        {"media-bucket.OSS-cn-beijing-internal.aliyuncs.com:80", "AccessDenied"},
        {"media-bucket.cn-beijing.oss.aliyuncs.com", "AccessDenied"},
        {"media-bucket.vpc100-oss-cn-beijing.aliyuncs.com", "AccessDenied"},
        {"media-bucket.oss-cn-shanghai-finance-1.aliyuncs.com", "AccessDenied"},
        {"media-bucket.cn-beijing.aliyuncs.com", "AccessDenied"},
    };
    oss_client oss;
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        auto head = oss.signed_head({.method = "PUT", .key = "k", .body = "hello"});
        head.fields.front().second = r.host;
        auto const answer = oss.send(head, "hello");
        CHECK(answer.code() == r.code);
        if (r.code.empty())
            continue;
        CHECK(answer.status() == 403);
        CHECK(answer.field("x-oss-ec") == "0003-00001403");
        CHECK(answer.element("Message").starts_with(
            "The bucket you are attempting to access must be addressed using the specified endpoint."));
        CHECK(answer.element("Endpoint") == "oss-cn-shanghai.aliyuncs.com");
        CHECK(answer.element("Bucket") == "media-bucket");
        // Whoever signed it, or nobody: the endpoint comes first.
        std::erase_if(head.fields, [](auto const& f) { return f.first == "Authorization"; });
        CHECK(oss.send(head, "hello").code() == "AccessDenied");
        CHECK(oss.send(head, "hello").element("Endpoint") == "oss-cn-shanghai.aliyuncs.com");
    }
    // Where no bucket tells the region, the host does: it is what V4 must name.
    auto elsewhere = oss.signed_head({.method = "PUT", .key = "k", .bucket = "another-bucket"});
    elsewhere.fields.front().second = "another-bucket.oss-cn-beijing.aliyuncs.com";
    CHECK(oss.send(elsewhere, "").field("x-oss-ec") == "0002-00000226");
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
