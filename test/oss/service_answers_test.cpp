#include "service_rig.hpp"

#include "base/base64.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;

namespace
{}  // namespace

TEST_CASE("what is stored is told by the headers")
{
    service_rig rig;
    text_body body("data");
    rig.answers({answer(200,
        {{"etag", "\"0CC175\""}, {"X-Oss-Hash-Crc64ecma", "18446744073709551615"}, {"x-oss-request-id", "5F02"}})});
    auto const made = rig.run(rig.service.upload_part(hangzhou(), "U", 1, body, never));
    REQUIRE(made);
    CHECK(made->etag == "0CC175");
    CHECK(made->crc64 == 18446744073709551615U);
    CHECK(made->request_id == "5F02");
    CHECK(made->attempts == 1);
}

TEST_CASE("a server that computes no CRC-64 is taken as it is")
{
    service_rig rig;
    text_body body("data");
    rig.answers({answer(200, {{"ETag", "\"E\""}})});
    CHECK_FALSE(rig.run(rig.service.put_object(hangzhou(), body, never))->crc64);
}

TEST_CASE("a failed callback does not undo what is stored")
{
    service_rig rig;
    text_body body("data");
    std::vector<part_ref> const parts{{1, "AAA"}};
    auto const callback_failed =
        answer(203, {{"x-oss-hash-crc64ecma", "5"}}, test::read_data("oss_xml/error_callback_failed.xml"));
    rig.answers({callback_failed, callback_failed});
    CHECK(rig.run(rig.service.put_object(hangzhou(), body, never))->crc64 == 5U);
    CHECK(rig.run(rig.service.complete_multipart_upload(hangzhou(), "U", parts, never))->crc64 == 5U);
}

TEST_CASE("the head of an object is read from its headers")
{
    service_rig rig;
    rig.answers({answer(200, {{"Content-Length", "5368709121"}, {"ETag", "\"E-3\""}, {"x-oss-hash-crc64ecma", "7"},
                                 {"x-oss-object-type", "Multipart"}})});
    auto const head = rig.run(rig.service.head_object(hangzhou(), never));
    REQUIRE(head);
    CHECK(head->size == 5'368'709'121U);
    CHECK(head->etag == "E-3");
    CHECK(head->crc64 == 7U);
    CHECK(head->type == "Multipart");
}

TEST_CASE("an error tells the whole story, on one line")
{
    service_rig rig;
    text_body body("data");
    rig.answers({answer(404, {{"x-oss-request-id", "5F03"}}, test::read_data("oss_xml/error_no_such_upload.xml"))});
    auto const done = rig.run(rig.service.upload_part(hangzhou(), "U", 7, body, never));
    REQUIRE_FALSE(done);
    auto const& e = done.error();
    CHECK(e.code == errc::service_error);
    CHECK(e.http_status == 404);
    CHECK(e.operation == "UploadPart");
    CHECK(e.resource == "oss://examplebucket/exampleobject part 7");
    CHECK(e.service_code == "NoSuchUpload");
    CHECK(e.message == "The specified upload does not exist.");
    CHECK(e.request_id == "5F0000000000000000000001");
    CHECK(e.host == "oss.test:8080");
    CHECK(e.attempts == 1);
    CHECK(holds(e.recommendation, "start a new one"));
    CHECK(e.describe().find_first_of("\r\n") == std::string::npos);
}

TEST_CASE("the error of a HEAD is read from its header")
{
    service_rig rig;
    auto const coded = base64_encode(test::read_data("oss_xml/error_access_denied.xml"));
    rig.answers({answer(403, {{"x-oss-err", coded}}), answer(404)});
    CHECK(rig.run(rig.service.head_object(hangzhou(), never)).error().service_code == "AccessDenied");
    CHECK(rig.run(rig.service.head_object(hangzhou(), never)).error().service_code == "NoSuchKey");
}

TEST_CASE("an upload that is gone is as good as aborted")
{
    service_rig rig;
    rig.answers({refusal(404, "NoSuchUpload"), refusal(403, "AccessDenied")});
    CHECK(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)));
    CHECK(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)).error().service_code == "AccessDenied");
}

TEST_CASE("an answer without what it should hold is asked for again, and then is malformed")
{
    service_rig rig;
    text_body body("data");
    auto const page = answer(200, {}, "<html><body>Welcome</body></html>");
    auto const at = hangzhou();
    auto const check = [](auto const& done) {
        REQUIRE_FALSE(done);
        CHECK(done.error().code == errc::malformed_response);
        CHECK(done.error().attempts == 4);
        CHECK(done.error().http_status == 200);
        CHECK(holds(done.error().message, "Welcome"));
    };
    for (auto run : {0, 1, 2, 3, 4})
    {
        CAPTURE(run);
        rig.answers({page, page, page, page});
        if (run == 0)
            check(rig.run(rig.service.put_object(at, body, never)));
        else if (run == 1)
            check(rig.run(rig.service.initiate_multipart_upload(at, never)));
        else if (run == 2)
            check(rig.run(rig.service.list_parts(at, "U", never)));
        else if (run == 3)
            check(rig.run(rig.service.list_multipart_uploads(at, "", never)));
        else
            check(rig.run(rig.service.head_object(at, never)));
        CHECK(rig.wire.script.empty());
    }
    rig.answers({page, answer(200, {{"ETag", "\"E\""}})});
    CHECK(rig.run(rig.service.put_object(at, body, never))->attempts == 2);
}

TEST_CASE("a CRC-64 that is no number is no CRC-64")
{
    for (auto const* const crc : {"-1", "0x5", "18446744073709551616", "five"})
    {
        CAPTURE(crc);
        service_rig rig;
        text_body body("data");
        auto const odd = answer(200, {{"ETag", "\"E\""}, {"x-oss-hash-crc64ecma", crc}});
        rig.answers({odd, odd, odd, odd});
        CHECK(rig.run(rig.service.put_object(hangzhou(), body, never)).error().code == errc::malformed_response);
    }
}

TEST_CASE("an answer about another object or upload is not taken for ours")
{
    service_rig rig;
    auto const other = answer(200, {},
        "<InitiateMultipartUploadResult><Key>other</Key><UploadId>U1</UploadId></InitiateMultipartUploadResult>");
    rig.answers({other, other, other, other});
    CHECK(rig.run(rig.service.initiate_multipart_upload(hangzhou(), never)).error().code == errc::malformed_response);

    auto const page =
        answer(200, {}, "<ListPartsResult><UploadId>U2</UploadId><IsTruncated>false</IsTruncated></ListPartsResult>");
    rig.answers({page, page, page, page});
    CHECK(rig.run(rig.service.list_parts(hangzhou(), "U1", never)).error().code == errc::malformed_response);
}

TEST_CASE("secrets that a server sends back stay out of errors")
{
    credentials const who("AKIDEXAMPLE", "test-secret/1", "STS+token/1");
    struct row
    {
        std::string body;
        int status;
    };
    row const rows[] = {
        {"<Error><Code>SignatureDoesNotMatch</Code><Message>token STS+token/1 key test-secret/1</Message>"
         "<RequestId>STS+token/1</RequestId><StringToSign>x-oss-security-token:STS+token/1</StringToSign></Error>",
            403},
        {R"({"Code":"AccessDenied","Message":"STS+token/1 test-secret/1"})", 403},
        {"PUT / HTTP/1.1 x-oss-security-token: STS+token/1 test-secret/1", 403},
        // The excerpt must not end in the middle of one.
        {std::string(113, 'x') + "STS+token/1", 400},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.body);
        service_rig rig(who);
        rig.answers({answer(r.status, {}, r.body)});
        auto const text = rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)).error().describe();
        CHECK_FALSE(holds(text, "STS+"));
        CHECK_FALSE(holds(text, "test-secret"));
        CHECK(holds(text, "**"));
    }
}
