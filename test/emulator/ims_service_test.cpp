#include "emulator/ims_service.hpp"

#include "base/base64.hpp"
#include "base/utc_time.hpp"
#include "signed_call.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::emulator;
using namespace std::chrono_literals;
using test::decode_member;
using test::member;

namespace
{

struct api
{
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(*parse_iso8601("2026-03-30T08:15:30Z"));
    std::shared_ptr<random_source> random = std::make_shared<test::counting_random>();
    token_registry tokens{test::account(), clock, random};
    std::map<std::string, std::uint64_t> objects;  // key -> size
    ims_service service{{[this](object_place const& p) -> std::optional<std::uint64_t> {
                             auto const found = objects.find(p.key);
                             return found == objects.end() ? std::nullopt : std::optional(found->second);
                         },
                            [this](object_place const& p) { objects.erase(p.key); }},
        tokens, clock, random, {"bucket-1", {"cn-shanghai", 3000s, "http://127.0.0.1:8080", "https://127.0.0.1:8443"}}};

    test::api_call call(std::string_view action, test::pairs parameters = {}) const
    {
        return {action, std::move(parameters), clock->now()};
    }

    std::string ask(std::string_view action, test::pairs parameters = {}, int expected_status = 200)
    {
        int status = 0;
        auto answer = test::serve(service, call(action, std::move(parameters)), &status);
        CHECK_MESSAGE(status == expected_status, answer);
        CHECK(member(answer, "RequestId").size() == 36);
        return answer;
    }

    std::string code(std::string_view action, test::pairs parameters, int expected_status)
    {
        return member(ask(action, std::move(parameters), expected_status), "Code");
    }
};

test::pairs upload_media(
    std::string file_info = R"({"Type":"video","Name":"n","Ext":"mp4"})", std::string meta = R"({"Title":"t"})")
{
    return {{"FileInfo", std::move(file_info)}, {"MediaMetaData", std::move(meta)}};
}

}  // namespace

TEST_CASE("CreateUploadStream grants one new object")
{
    api a;
    auto const answer =
        a.ask("CreateUploadStream", {{"Definition", "HD"}, {"FileExtension", "MP4"}, {"HDRType", "dolbyvision"},
                                        {"MediaId", "m1"}, {"UserData", R"({"Extend":{"a":"b"}})"}});
    auto const key = decode_member(answer, "UploadAddress", "FileName");
    CHECK(member(answer, "MediaId") == "m1");
    CHECK(member(answer, "FileURL") == "https://bucket-1.oss-cn-shanghai.aliyuncs.com/" + key);
    CHECK(decode_member(answer, "UploadAddress", "Endpoint") == "http://127.0.0.1:8080");
    CHECK(decode_member(answer, "UploadAddress", "Bucket") == "bucket-1");
    CHECK(key.size() == std::string_view("stream//.mp4").size() + 64);
    CHECK(key.starts_with("stream/"));
    CHECK(key.ends_with(".mp4"));

    auto const again = a.ask("CreateUploadStream", {{"MediaId", "m1"}});
    CHECK(decode_member(again, "UploadAddress", "FileName") != key);
}

TEST_CASE("UploadAuth has the members of the vendor's, in their order, and a key that the registry knows")
{
    api a;
    auto const answer = a.ask("CreateUploadStream");
    auto const json = *base64_decode(member(answer, "UploadAuth"));
    auto const id = member(json, "AccessKeyId");
    auto const* const key = a.tokens.find(id);
    REQUIRE(key != nullptr);
    CHECK(id.starts_with("STS."));
    CHECK(json == R"({"SecurityToken":")" + std::string(key->secret.security_token.reveal()) + R"(","AccessKeyId":")" +
                      id + R"(","ExpireUTCTime":"2026-03-30T09:05:30Z","AccessKeySecret":")" +
                      std::string(key->secret.access_key_secret.reveal()) +
                      R"(","Expiration":"3000","Region":"cn-shanghai"})");
    CHECK(key->object_key == decode_member(answer, "UploadAddress", "FileName"));
    CHECK(member(answer, "MediaId").size() == 32);
}

TEST_CASE("a call over TLS is granted the TLS endpoint")
{
    api a;
    auto head = a.call("CreateUploadStream").signed_head();
    head.tls = true;
    CHECK(decode_member(a.service.begin(head)->finish().body, "UploadAddress", "Endpoint") == "https://127.0.0.1:8443");
}

TEST_CASE("wrong values of parameters are refused by name")
{
    struct row
    {
        std::string_view action;
        test::pairs parameters;
        std::string_view code, named;
    };
    row const rows[] = {
        {"CreateUploadStream", {{"Definition", "hd"}}, "InvalidParameter", "Definition"},
        {"CreateUploadStream", {{"Definition", "8K"}}, "InvalidParameter", "Definition"},
        {"CreateUploadStream", {{"HDRType", "HDR11"}}, "InvalidParameter", "HDRType"},
        {"CreateUploadStream", {{"FileExtension", ".mp4"}}, "InvalidParameter", "FileExtension"},
        {"CreateUploadStream", {{"FileExtension", "a/b"}}, "InvalidParameter", "FileExtension"},
        {"CreateUploadStream", {{"UserData", "plain"}}, "InvalidParameter", "UserData"},
        {"CreateUploadStream", {{"UserData", "[1]"}}, "InvalidParameter", "UserData"},
        {"CreateUploadStream", {{"MediaId", "a b"}}, "InvalidParameter", "MediaId"},
        {"CreateUploadMedia", {}, "MissingParameter", "FileInfo"},
        {"CreateUploadMedia", {{"FileInfo", R"({"Type":"video","Name":"n","Ext":"mp4"})"}}, "MissingParameter",
            "MediaMetaData"},
        {"CreateUploadMedia", upload_media("{}"), "InvalidParameter", "FileInfo.Type"},
        {"CreateUploadMedia", upload_media(R"({"Type":"video","Ext":"mp4"})"), "InvalidParameter", "FileInfo.Name"},
        {"CreateUploadMedia", upload_media(R"({"Type":"video","Name":"n"})"), "InvalidParameter", "FileInfo.Ext"},
        {"CreateUploadMedia", upload_media(R"({"Type":"video","Name":"n","Ext":"mp4"})", "{}"), "InvalidParameter",
            "MediaMetaData.Title"},
        {"CreateUploadMedia",
            upload_media(R"({"Type":"video","Name":"n","Ext":"mp4"})", R"({"Title":"t","BusinessType":"x"})"),
            "InvalidParameter", "MediaMetaData.BusinessType"},
        {"RefreshUploadMedia", {}, "MissingParameter", "MediaId"},
        {"RegisterMediaStream", {}, "MissingParameter", "InputURL"},
        {"RegisterMediaStream", {{"InputURL", "http://example.com/x"}}, "InvalidParameter", "InputURL"},
        {"GetMediaInfo", {}, "MissingParameter", "MediaId"},
        {"DeleteMediaInfos", {}, "MissingParameter", "MediaIds"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.action);
        CAPTURE(r.named);
        api a;
        auto const answer = a.ask(r.action, r.parameters, 400);
        CHECK(member(answer, "Code") == r.code);
        CHECK(member(answer, "Message").find(" " + std::string(r.named) + " ") != std::string::npos);
    }
}

TEST_CASE("an empty parameter counts as none")
{
    api a;
    CHECK(
        member(a.ask("CreateUploadStream", {{"Definition", ""}, {"HDRType", ""}, {"MediaId", ""}}), "MediaId").size() ==
        32);
}

TEST_CASE("an error tells all that the vendor's does")
{
    api a;
    auto const answer = a.ask("RefreshUploadMedia", {{"MediaId", "none"}}, 404);
    CHECK(member(answer, "Code") == "ResourceNotFound");
    CHECK(member(answer, "HostId") == "ice.cn-shanghai.aliyuncs.com");
    CHECK_FALSE(member(answer, "Message").empty());
    CHECK(member(answer, "Recommend").starts_with("https://"));
}

TEST_CASE("what the gateway refuses before it looks at the signature")
{
    struct row
    {
        std::string_view header, value, code;
        int status;
    };
    static constexpr row rows[] = {
        {"x-acs-action", "", "MissingAction", 400},
        {"x-acs-action", "DropEverything", "InvalidAction.NotFound", 404},
        {"x-acs-version", "", "MissingVersion", 400},
        {"x-acs-version", "2014-05-26", "InvalidVersion", 404},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.code);
        api a;
        auto call = a.call("CreateUploadStream");
        call.set(r.header, r.value);
        int status = 0;
        CHECK(member(test::serve(a.service, call, &status), "Code") == r.code);
        CHECK(status == r.status);
    }
}

TEST_CASE("another path, method or a bad percent code is refused")
{
    struct row
    {
        std::string_view method, target, code;
    };
    static constexpr row rows[] = {
        {"POST", "/v1", "InvalidApi.NotFound"},
        {"DELETE", "/", "UnsupportedHTTPMethod"},
        {"POST", "/?MediaId=%zz", "InvalidParameter"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.target);
        api a;
        auto head = a.call("GetMediaInfo").signed_head();
        head.method = r.method;
        head.target = r.target;
        CHECK(a.service.begin(head)->finish().code == r.code);
    }
}

TEST_CASE("GET works as POST does")
{
    api a;
    auto call = a.call("CreateUploadStream", {{"MediaId", "m1"}});
    call.method = "GET";
    CHECK(member(test::serve(a.service, call), "MediaId") == "m1");
}

TEST_CASE("parameters are taken from a form, too")
{
    api a;
    auto call = a.call("CreateUploadStream");
    call.body = "MediaId=m%31&Definition=HD";
    call.set("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    call.set("x-acs-content-sha256", test::body_digest(call.body));
    CHECK(member(test::serve(a.service, call), "MediaId") == "m1");
}

TEST_CASE("a body too large for a form is refused")
{
    api a;
    auto call = a.call("CreateUploadStream");
    call.body.assign(1024 * 1024 + 1, 'x');
    call.set("x-acs-content-sha256", test::body_digest(call.body));
    int status = 0;
    CHECK(member(test::serve(a.service, call, &status), "Code") == "RequestBodyTooLarge");
    CHECK(status == 413);
}

TEST_CASE("an issued key may not call the API")
{
    api a;
    auto const& key = a.tokens.issue("bucket-1", "k", 60s);
    auto call = a.call("CreateUploadStream");
    call.access_key_id = key.secret.access_key_id;
    call.access_key_secret = key.secret.access_key_secret.reveal();
    call.use_token(key.secret.security_token.reveal());
    int status = 0;
    auto const answer = test::serve(a.service, call, &status);
    CHECK(status == 403);
    CHECK(member(answer, "Code") == "Forbidden");
    CHECK(answer.find(R"("AuthAction":"ice:CreateUploadStream")") != std::string::npos);
}

TEST_CASE("RefreshUploadMedia gives new credentials for the same object, of media and not of streams")
{
    api a;
    auto const created = a.ask("CreateUploadMedia", upload_media());
    auto const id = member(created, "MediaId");
    auto const refreshed = a.ask("RefreshUploadMedia", {{"MediaId", id}});
    CHECK(member(refreshed, "UploadAddress") == member(created, "UploadAddress"));
    CHECK(member(refreshed, "UploadAuth") != member(created, "UploadAuth"));
    CHECK(member(created, "MediaURL") == member(created, "FileURL"));

    auto const stream = member(a.ask("CreateUploadStream"), "MediaId");
    CHECK(a.code("RefreshUploadMedia", {{"MediaId", stream}}, 404) == "ResourceNotFound");
}

TEST_CASE("the first grants have lives of their own")
{
    api a;
    ims_service service({[](object_place const&) { return std::nullopt; }, [](object_place const&) {}}, a.tokens,
        a.clock, a.random, {"bucket-1", {"cn-shanghai", 3000s, "http://h:1", "https://h:2", {5s, 60s}}});
    std::string lives;
    for (int i = 0; i < 4; ++i)
        lives += decode_member(test::serve(service, a.call("CreateUploadStream")), "UploadAuth", "Expiration") + " ";
    CHECK(lives == "5 60 3000 3000 ");
}

TEST_CASE("GetMediaInfo says what has been uploaded")
{
    api a;
    auto const created = a.ask("CreateUploadMedia", upload_media());
    auto const id = member(created, "MediaId");
    auto const key = decode_member(created, "UploadAddress", "FileName");
    auto const before = a.ask("GetMediaInfo", {{"MediaId", id}});
    CHECK(before.find(R"("FileStatus":"Init","FileType":"source_file","FileSize":"0")") != std::string::npos);

    a.objects[key] = 12345;
    auto const after = a.ask("GetMediaInfo", {{"MediaId", id}});
    CHECK(after.find(R"("Status":"Normal")") != std::string::npos);
    CHECK(after.find(R"("FileStatus":"Normal","FileType":"source_file","FileSize":"12345","FileUrl":")" +
                     member(created, "FileURL")) != std::string::npos);

    auto const by_url = a.ask("GetMediaInfo", {{"InputURL", member(created, "FileURL")}});
    CHECK(by_url.find("\"MediaId\":\"" + id) != std::string::npos);
    CHECK(a.code("GetMediaInfo", {{"MediaId", "none"}}, 404) == "ResourceNotFound");
}

TEST_CASE("a registered stream belongs to its asset")
{
    api a;
    auto const media = member(a.ask("CreateUploadStream"), "MediaId");
    a.objects["dir/ex ample.mp4"] = 7;
    CHECK(member(a.ask("RegisterMediaStream", {{"InputURL", "oss://bucket-2/dir/ex ample.mp4"}, {"MediaId", media}}),
              "MediaId") == media);
    auto const info =
        a.ask("GetMediaInfo", {{"InputURL", "http://bucket-2.oss-cn-shanghai.aliyuncs.com/dir/ex%20ample.mp4"}});
    CHECK(info.find(R"("FileName":"ex ample.mp4","FileStatus":"Normal")") != std::string::npos);
}

TEST_CASE("DeleteMediaInfos forgets assets, with their objects when told so")
{
    api a;
    auto const first = a.ask("CreateUploadMedia", upload_media());
    auto const second = a.ask("CreateUploadMedia", upload_media());
    a.objects = {{decode_member(first, "UploadAddress", "FileName"), 1},
        {decode_member(second, "UploadAddress", "FileName"), 1}};

    auto const kept = a.ask("DeleteMediaInfos", {{"MediaIds", member(first, "MediaId") + ", none"}});
    CHECK(kept.find(R"("IgnoredList":["none"])") != std::string::npos);
    CHECK(a.objects.size() == 2);
    CHECK(a.code("GetMediaInfo", {{"MediaId", member(first, "MediaId")}}, 404) == "ResourceNotFound");

    a.ask("DeleteMediaInfos", {{"InputURLs", member(second, "FileURL")}, {"DeletePhysicalFiles", "true"}});
    CHECK(a.objects.size() == 1);
}
