// A grant that is refreshed while parts go up: IMS and OSS together.
#include "emulator/ims_service.hpp"
#include "emulator/oss_client.hpp"
#include "signed_call.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::emulator;
using namespace std::chrono_literals;
using test::decode_member;
using test::member;

namespace
{

// Both services, with one registry.
struct rig
{
    test::oss_client oss;
    ims_service ims{{[](object_place const&) { return std::nullopt; }, [](object_place const&) {}}, oss.tokens,
        oss.clock, oss.random, {test::test_bucket, {test::test_region, 3000s, "http://h:1", "https://h:2", {60s}}}};

    std::string ask(std::string_view action, test::pairs parameters)
    {
        test::api_call call(action, std::move(parameters), oss.clock->now());
        call.access_key_id = oss.account.access_key_id;
        call.access_key_secret = oss.account.access_key_secret.reveal();
        int status = 0;
        auto answer = test::serve(ims, call, &status);
        REQUIRE_MESSAGE(status == 200, answer);
        return answer;
    }

    credentials key_of(std::string const& answer)
    {
        auto const* const key = oss.tokens.find(decode_member(answer, "UploadAuth", "AccessKeyId"));
        REQUIRE(key != nullptr);
        return key->secret;
    }

    test::oss_answer send(test::oss_call const& call, credentials const& key)
    {
        return oss.send(oss.signed_head(call, key), call.body);
    }
};

test::oss_call part(std::string const& key, std::string const& id, std::string const& number)
{
    return {.method = "PUT", .key = key, .query = {{"partNumber", number}, {"uploadId", id}}, .body = "hello"};
}

}  // namespace

TEST_CASE("an upload that was begun with one grant goes on with the next")
{
    rig r;
    auto const created = r.ask("CreateUploadMedia",
        {{"FileInfo", R"({"Type":"video","Name":"n","Ext":"mp4"})"}, {"MediaMetaData", R"({"Title":"t"})"}});
    auto const key = decode_member(created, "UploadAddress", "FileName");
    auto const first = r.key_of(created);
    CHECK(decode_member(created, "UploadAuth", "Expiration") == "60");

    auto const id = r.send({.method = "POST", .key = key, .query = {{"uploads", ""}}}, first).element("UploadId");
    CHECK(r.send(part(key, id, "1"), first).status() == 200);
    r.oss.clock->advance(60s);
    CHECK(r.send(part(key, id, "2"), first).code() == "SecurityTokenExpired");

    auto const refreshed = r.ask("RefreshUploadMedia", {{"MediaId", member(created, "MediaId")}});
    auto const second = r.key_of(refreshed);
    CHECK(member(refreshed, "UploadAddress") == member(created, "UploadAddress"));
    CHECK(decode_member(refreshed, "UploadAuth", "SecurityToken") !=
          decode_member(created, "UploadAuth", "SecurityToken"));
    CHECK(decode_member(refreshed, "UploadAuth", "Expiration") == "3000");

    auto const listed = r.send({.method = "GET", .key = key, .query = {{"uploadId", id}}}, second);
    CHECK(listed.reply.body.find("<PartNumber>1</PartNumber>") != std::string::npos);
    auto const etag = r.send(part(key, id, "1"), second).field("ETag");
    auto const done = r.send({.method = "POST",
                                 .key = key,
                                 .query = {{"uploadId", id}},
                                 .body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                                         "</ETag></Part></CompleteMultipartUpload>"},
        second);
    CHECK(done.status() == 200);
    CHECK(r.oss.store->object(test::test_bucket, key) == "hello");
}

TEST_CASE("every CreateUploadStream grants another object, and a grant is for its own")
{
    rig r;
    auto const first = r.ask("CreateUploadStream", {{"MediaId", "m1"}});
    auto const second = r.ask("CreateUploadStream", {{"MediaId", "m1"}});
    auto const key = decode_member(first, "UploadAddress", "FileName");
    CHECK(member(second, "MediaId") == "m1");
    CHECK(decode_member(second, "UploadAddress", "FileName") != key);
    CHECK(decode_member(second, "UploadAuth", "SecurityToken") != decode_member(first, "UploadAuth", "SecurityToken"));

    CHECK(r.send({.method = "PUT", .key = key, .body = "x"}, r.key_of(first)).status() == 200);
    for (auto const* method : {"PUT", "GET", "HEAD", "DELETE"})
    {
        CAPTURE(method);
        CHECK(r.send({.method = method, .key = key}, r.key_of(second)).code() == "AccessDenied");
    }
    CHECK(r.oss.store->object(test::test_bucket, key) == "x");
    CHECK(r.send({.method = "DELETE", .key = key}, r.key_of(first)).status() == 204);
    CHECK_FALSE(r.oss.store->object(test::test_bucket, key).has_value());
}
