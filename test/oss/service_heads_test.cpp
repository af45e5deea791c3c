#include "service_rig.hpp"

#include "base/percent.hpp"
#include "sign/oss_v1.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;

namespace
{

constexpr std::string_view upload_id = "0004B9894A22E5B1888A1E29F8236E2D";
net::response stored_answer()
{
    return answer(200, {{"ETag", "\"E\""}});
}

net::response initiated(std::string_view key)
{
    return answer(200, {},
        "<InitiateMultipartUploadResult><Key>" + std::string(key) +
            "</Key><UploadId>U1</UploadId></InitiateMultipartUploadResult>");
}

net::response completed_bare()
{
    return answer(200, {}, "<CompleteMultipartUploadResult><ETag>\"E-1\"</ETag></CompleteMultipartUploadResult>");
}

net::response no_parts()
{
    return answer(200, {}, "<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>");
}

net::response no_uploads()
{
    return answer(200, {}, "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
}

simdjson::dom::element vector_named(vectors const& file, std::string_view name)
{
    for (auto const sample : file.cases("vectors"))
        if (text(sample, "name") == name)
            return sample;
    throw std::logic_error("no vector of this name");
}

// Every operation once; the last parts of their request lines are in the order of the calls.
void run_all(service_rig& rig, object_location const& at)
{
    text_body body("data");
    std::vector<part_ref> const parts{{1, "AAA"}};
    rig.answers({stored_answer(), initiated(at.key), stored_answer(), completed_bare(), answer(204), no_parts(),
        no_uploads(), answer(200, {{"Content-Length", "4"}})});
    REQUIRE(rig.run(rig.service.put_object(at, body, never)));
    REQUIRE(rig.run(rig.service.initiate_multipart_upload(at, never)));
    REQUIRE(rig.run(rig.service.upload_part(at, upload_id, 7, body, never)));
    REQUIRE(rig.run(rig.service.complete_multipart_upload(at, upload_id, parts, never)));
    REQUIRE(rig.run(rig.service.abort_multipart_upload(at, upload_id, never)));
    REQUIRE(rig.run(rig.service.list_parts(at, upload_id, never)));
    REQUIRE(rig.run(rig.service.list_multipart_uploads(at, "a b/", never)));
    REQUIRE(rig.run(rig.service.head_object(at, never)));
}

// A head as a server takes it apart.
struct received
{
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string authorization;

    explicit received(sent const& from)
    {
        std::string_view const line = from.request_line();
        auto const first = line.find(' ');
        auto target = line.substr(first + 1, line.rfind(' ') - first - 1);
        method = line.substr(0, first);
        auto const mark = target.find('?');
        path = uri_decode(target.substr(0, mark), plus::literal).value();
        for (target = mark == std::string_view::npos ? "" : target.substr(mark + 1); !target.empty();)
        {
            auto const field = target.substr(0, target.find('&'));
            target.remove_prefix(std::min(field.size() + 1, target.size()));
            auto const sign = std::min(field.find('='), field.size());
            query.emplace_back(uri_decode(field.substr(0, sign), plus::space).value(),
                sign == field.size() ? "" : uri_decode(field.substr(sign + 1), plus::space).value());
        }
        std::string_view rest = std::string_view(from.head).substr(line.size() + 2);
        while (!rest.empty())
        {
            auto const end = rest.find("\r\n");
            auto const field = rest.substr(0, end);
            auto const colon = field.find(": ");
            rest.remove_prefix(end + 2);
            if (field.substr(0, colon) == "Authorization")
                authorization = field.substr(colon + 2);
            else
                headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
        }
    }

    static std::vector<sign::field_view> views(std::vector<std::pair<std::string, std::string>> const& of)
    {
        return {of.begin(), of.end()};
    }

    [[nodiscard]] std::string header(std::string_view name) const
    {
        for (auto const& [key, value] : headers)
            if (key == name)
                return value;
        return {};
    }
};

std::string expected_v4(received const& r, std::string_view bucket, std::string_view key, std::string_view region)
{
    auto const query = received::views(r.query);
    auto const headers = received::views(r.headers);
    auto const timestamp = r.header("x-oss-date");
    sign::oss_v4::scope const scope{std::string_view(timestamp).substr(0, 8), region, "oss"};
    sign::oss_v4::request const request{r.method, bucket, key, query, headers, {}};
    return sign::oss_v4::authorization(
        request, timestamp, scope, "AKIDEXAMPLE", sign::oss_v4::derive_key("testsecret", scope));
}

}  // namespace

TEST_CASE("each operation is composed as the API describes it")
{
    service_rig rig;
    run_all(rig, location("https://oss-cn-hangzhou.aliyuncs.com", "examplebucket", "a b/v+1.mp4"));

    struct row
    {
        std::string_view operation, request_line, content_type, body;  // no content type: none is sent
        net::lane kind;
    };
    static constexpr row rows[] = {
        {"PutObject", "PUT /a%20b/v%2B1.mp4 HTTP/1.1", "video/mp4", "data", net::lane::object},
        {"InitiateMultipartUpload", "POST /a%20b/v%2B1.mp4?uploads&encoding-type=url HTTP/1.1", "video/mp4", "",
            net::lane::call},
        {"UploadPart", "PUT /a%20b/v%2B1.mp4?partNumber=7&uploadId=0004B9894A22E5B1888A1E29F8236E2D HTTP/1.1", "",
            "data", net::lane::object},
        {"CompleteMultipartUpload",
            "POST /a%20b/v%2B1.mp4?uploadId=0004B9894A22E5B1888A1E29F8236E2D&encoding-type=url HTTP/1.1",
            "application/xml",
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;AAA&quot;</ETag></Part>"
            "</CompleteMultipartUpload>",
            net::lane::call},
        {"AbortMultipartUpload", "DELETE /a%20b/v%2B1.mp4?uploadId=0004B9894A22E5B1888A1E29F8236E2D HTTP/1.1", "", "",
            net::lane::call},
        {"ListParts",
            "GET /a%20b/v%2B1.mp4?uploadId=0004B9894A22E5B1888A1E29F8236E2D&max-parts=1000&part-number-marker=0"
            "&encoding-type=url HTTP/1.1",
            "", "", net::lane::call},
        {"ListMultipartUploads", "GET /?uploads&max-uploads=1000&encoding-type=url&prefix=a%20b%2F HTTP/1.1", "", "",
            net::lane::call},
        {"HeadObject", "HEAD /a%20b/v%2B1.mp4 HTTP/1.1", "", "", net::lane::call},
    };
    REQUIRE(rig.wire.log.size() == std::size(rows));
    for (std::size_t i = 0; i < std::size(rows); ++i)
    {
        auto const& r = rows[i];
        auto const& was = rig.wire.log[i];
        CAPTURE(r.operation);
        CHECK(was.operation == r.operation);
        CHECK(was.request_line() == r.request_line);
        CHECK(was.field("Content-Type").value_or("") == r.content_type);
        CHECK(was.body == r.body);
        CHECK(was.kind == r.kind);
        CHECK(was.origin.url() == "https://examplebucket.oss-cn-hangzhou.aliyuncs.com");
        CHECK(was.field("Host") == "examplebucket.oss-cn-hangzhou.aliyuncs.com");
        CHECK(was.head.ends_with("\r\n"));
        CHECK(was.head.find("\r\n\r\n") == std::string::npos);
        CHECK_FALSE(was.field("Content-Length"));
    }
}

TEST_CASE("a server that takes the request apart comes to the same signature")
{
    struct row
    {
        std::string_view endpoint, key;
    };
    static constexpr row rows[] = {
        {"https://oss-cn-hangzhou.aliyuncs.com", "exampleobject"},
        {"https://oss-cn-hangzhou-internal.aliyuncs.com", "a b+c%/'(d)*!/\xE5\xAA\x92.mp4"},
        {"https://cn-hangzhou.oss.aliyuncs.com", "a//b/../c/"},
    };
    for (auto const& r : rows)
    {
        service_rig rig({"AKIDEXAMPLE", "testsecret", "STSTOKENEXAMPLE/abc+def=="});
        run_all(rig, location(r.endpoint, "examplebucket", r.key));
        for (auto const& was : rig.wire.log)
        {
            CAPTURE(was.head);
            received const got(was);
            CHECK(got.header("x-oss-security-token") == "STSTOKENEXAMPLE/abc+def==");
            CHECK(got.header("x-oss-content-sha256") == "UNSIGNED-PAYLOAD");
            CHECK(got.header("x-oss-date") == "20260330T080530Z");
            CHECK(got.authorization == expected_v4(got, "examplebucket", got.path.substr(1), "cn-hangzhou"));
        }
    }
}

TEST_CASE("signatures are those of the vendor's client")
{
    vectors const v4("oss_v4.json");
    vectors const v1("oss_v1.json");
    text_body body("data");
    credentials const lasting("AKIDEXAMPLE", "testsecret");
    credentials const temporary("AKIDEXAMPLE", "testsecret", "STSTOKENEXAMPLE/abc+def==");

    SUBCASE("UploadPart, V4")
    {
        service_rig rig(lasting);
        rig.answers({stored_answer()});
        REQUIRE(rig.run(rig.service.upload_part(hangzhou(), upload_id, 1, body, never)));
        CHECK(rig.wire.log[0].field("Authorization") == text(vector_named(v4, "upload_part_1"), "authorization"));
    }
    SUBCASE("PutObject with a token, V4")
    {
        auto const sample = vector_named(v4, "put_stream_key_sts_shanghai");
        service_rig rig(temporary);
        rig.answers({stored_answer()});
        auto const at = location("https://oss-cn-shanghai.aliyuncs.com", text(sample, "bucket"), text(sample, "key"));
        REQUIRE(rig.run(rig.service.put_object(at, body, never)));
        CHECK(rig.wire.log[0].field("Authorization") == text(sample, "authorization"));
    }
    SUBCASE("AbortMultipartUpload, V4")
    {
        service_rig rig(lasting);
        rig.answers({answer(204)});
        REQUIRE(rig.run(rig.service.abort_multipart_upload(hangzhou(), upload_id, never)));
        CHECK(rig.wire.log[0].field("Authorization") == text(vector_named(v4, "abort_multipart"), "authorization"));
    }
    SUBCASE("UploadPart, V1 asked for")
    {
        service_rig rig(lasting, {.signature = signature_version::v1, .user_agent = {}});
        rig.answers({stored_answer()});
        REQUIRE(rig.run(rig.service.upload_part(hangzhou(), upload_id, 1, body, never)));
        CHECK(rig.wire.log[0].field("Authorization") == text(vector_named(v1, "upload_part"), "authorization"));
        CHECK_FALSE(rig.wire.log[0].field("x-oss-content-sha256"));
    }
    SUBCASE("HeadObject, V1 because the region is not known")
    {
        service_rig rig(lasting);
        rig.answers({answer(200, {{"Content-Length", "4"}})});
        auto const at = location("https://oss-accelerate.aliyuncs.com", "examplebucket", "exampleobject");
        REQUIRE(rig.run(rig.service.head_object(at, never)));
        CHECK(rig.wire.log[0].field("Authorization") == text(vector_named(v1, "head"), "authorization"));
    }
}

TEST_CASE("path style and custom domain change the address, not what is signed")
{
    for (std::string_view const url : {"http://127.0.0.1:9000", "http://media.example.com"})
    {
        CAPTURE(url);
        service_rig rig;
        rig.answers({answer(204)});
        auto const at = make_location(url, "examplebucket", "exampleobject", "cn-hangzhou").value();
        REQUIRE(rig.run(rig.service.abort_multipart_upload(at, upload_id, never)));
        vectors const v4("oss_v4.json");
        CHECK(rig.wire.log[0].field("Authorization") == text(vector_named(v4, "abort_multipart"), "authorization"));
        CHECK(rig.wire.log[0].field("Host") == std::string(url.substr(7)));
        CHECK(rig.wire.log[0].request_line().starts_with("DELETE " + at.path() + "?uploadId="));
    }
}

TEST_CASE("credentials that cannot stand in a header are refused before anything is sent")
{
    struct row
    {
        credentials who;
        errc what;
    };
    row const rows[] = {
        {{"", "secret"}, errc::no_credentials},
        {{"id", ""}, errc::no_credentials},
        {{"id\r\nx-oss-acl: public", "secret"}, errc::invalid_argument},
        {{"id id", "secret"}, errc::invalid_argument},
        {{"id\x7F", "secret"}, errc::invalid_argument},
        {{"id", "secret\n"}, errc::invalid_argument},
        {{"id", "sec ret"}, errc::invalid_argument},
        {{"id", "secret", "token\r\nHost: other"}, errc::invalid_argument},
        {{"id", "secret", "to ken"}, errc::invalid_argument},
        {{"id", "secret", "tok\xC3\xA9n"}, errc::invalid_argument},
        {{"id", "secret", std::string("to\0ken", 6)}, errc::invalid_argument},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.who.access_key_id);
        service_rig rig(r.who);
        auto const done = rig.run(rig.service.head_object(hangzhou(), never));
        REQUIRE_FALSE(done);
        CHECK(done.error().code == r.what);
        CHECK(done.error().operation == "HeadObject");
        CHECK(done.error().attempts == 0);
        auto const token = r.who.security_token.reveal();
        CHECK((token.empty() || done.error().describe().find(token) == std::string::npos));
        CHECK(rig.wire.log.empty());
    }
}

TEST_CASE("nothing that is handed over can begin a header of its own")
{
    service_rig rig(
        {"AKIDEXAMPLE", "testsecret"}, {.signature = signature_version::v4, .user_agent = "a\r\nX-Evil: 1"});
    rig.answers({answer(204), no_uploads()});
    REQUIRE(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U\r\nX-Evil: 1 ?&=", never)));
    REQUIRE(rig.run(rig.service.list_multipart_uploads(hangzhou(), "p\r\nX-Evil: 1", never)));
    for (auto const& was : rig.wire.log)
        CHECK(was.head.find("\r\nX-Evil") == std::string::npos);
    CHECK(rig.wire.log[0].request_line() == "DELETE /exampleobject?uploadId=U%0D%0AX-Evil%3A%201%20%3F%26%3D HTTP/1.1");
    CHECK(rig.wire.log[0].field("User-Agent") == "aX-Evil: 1");
}

TEST_CASE("calls that make no sense are refused before anything is sent")
{
    service_rig rig;
    text_body body("data");
    auto at = hangzhou();
    auto const refused = [](auto const& done) {
        return !done && done.error().code == errc::invalid_argument && done.error().attempts == 0;
    };

    CHECK(refused(rig.run(rig.service.upload_part(at, upload_id, 0, body, never))));
    CHECK(refused(rig.run(rig.service.upload_part(at, upload_id, 10'001, body, never))));
    CHECK(refused(rig.run(rig.service.upload_part(at, "", 1, body, never))));
    CHECK(refused(rig.run(rig.service.abort_multipart_upload(at, "", never))));
    CHECK(refused(rig.run(rig.service.list_parts(at, "", never))));
    for (std::vector<part_ref> const& parts : {std::vector<part_ref>{}, std::vector<part_ref>{{2, "A"}, {1, "B"}},
             std::vector<part_ref>{{1, "A"}, {1, "A"}}, std::vector<part_ref>{{10'001, "A"}}})
        CHECK(refused(rig.run(rig.service.complete_multipart_upload(at, upload_id, parts, never))));
    at.key.clear();  // the same request would be one on the bucket
    CHECK(refused(rig.run(rig.service.put_object(at, body, never))));
    CHECK(refused(rig.run(rig.service.head_object(at, never))));
    CHECK(rig.wire.log.empty());
}
