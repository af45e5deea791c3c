#include "service_rig.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;

namespace
{

std::string initiated_body(std::string const& inner)
{
    return "<InitiateMultipartUploadResult>" + inner + "<UploadId>U1</UploadId></InitiateMultipartUploadResult>";
}

std::string completed_body(std::string const& inner)
{
    return "<CompleteMultipartUploadResult>" + inner + "<ETag>\"E\"</ETag></CompleteMultipartUploadResult>";
}

net::response callback_failed_answer()
{
    return answer(203, {{"x-oss-hash-crc64ecma", "5"}, {"x-oss-request-id", "5F09"}},
        "<Error><Code>CallbackFailed</Code><Message>Error status : 502.</Message></Error>");
}

error lost_answer()
{
    return errc::connection_lost;
}

}  // namespace

TEST_CASE("an abort is done under status 204 and under no other")
{
    net::response const rows[] = {answer(200), answer(200, {}, "<html>login</html>"), answer(202),
        answer(302, {{"Location", "/"}}), answer(404, {}, "<html>not found</html>"), refusal(404, "NoSuchKey"),
        answer(200, {}, "<Error><Code>InternalError</Code><Message>no</Message></Error>")};
    for (auto const& r : rows)
    {
        CAPTURE(r.status);
        CAPTURE(r.body);
        service_rig rig;
        rig.answers({r, r, r, r});
        auto const done = rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never));
        REQUIRE_FALSE(done);
        CHECK(done.error().http_status == r.status);
    }
    service_rig rig;
    rig.answers({answer(204), refusal(404, "NoSuchUpload")});
    CHECK(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)).value() == abort_outcome::aborted);
    CHECK(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)).value() == abort_outcome::was_gone);
}

TEST_CASE("a second try to abort may ask for a connection of its own")
{
    service_rig rig;
    rig.answers({answer(204), answer(204)});
    REQUIRE(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)));
    REQUIRE(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never, net::lane::object)));
    CHECK(rig.wire.log[0].kind == net::lane::call);
    CHECK(rig.wire.log[1].kind == net::lane::object);
}

TEST_CASE("a failed callback is told apart from what is stored")
{
    service_rig rig;
    text_body body("data");
    std::vector<part_ref> const parts{{1, "AAA"}};
    rig.answers({callback_failed_answer(), callback_failed_answer(), answer(203, {{"ETag", "\"E\""}})});
    auto const put = rig.run(rig.service.put_object(hangzhou(), body, never));
    REQUIRE(put);
    CHECK(put->callback_failure == "CallbackFailed: Error status : 502.");
    auto const made = rig.run(rig.service.complete_multipart_upload(hangzhou(), "U", parts, never));
    REQUIRE(made);
    CHECK(made->callback_failure == "CallbackFailed: Error status : 502.");
    auto const silent = rig.run(rig.service.put_object(hangzhou(), body, never));
    REQUIRE(silent);
    CHECK_FALSE(silent->callback_failure.empty());
}

TEST_CASE("what has no callback cannot have one that failed")
{
    service_rig rig;
    text_body body("data");
    auto const odd = callback_failed_answer();
    rig.answers({odd, odd, odd});
    auto const part = rig.run(rig.service.upload_part(hangzhou(), "U", 1, body, never));
    REQUIRE_FALSE(part);
    CHECK(part.error().service_code == "CallbackFailed");
    CHECK(part.error().http_status == 203);
    CHECK_FALSE(rig.run(rig.service.initiate_multipart_upload(hangzhou(), never)));
    CHECK_FALSE(rig.run(rig.service.abort_multipart_upload(hangzhou(), "U", never)));
}

TEST_CASE("an answer about another bucket is not taken for ours")
{
    struct row
    {
        char const* inner;
        bool good;
    };
    row const rows[] = {{"<Bucket>examplebucket</Bucket><Key>exampleobject</Key>", true}, {"", true},
        {"<Bucket>other</Bucket><Key>exampleobject</Key>", false},
        {"<Bucket>examplebucket</Bucket><Key>other</Key>", false}};
    for (auto const& r : rows)
    {
        CAPTURE(r.inner);
        service_rig rig;
        auto const begun = answer(200, {}, initiated_body(r.inner));
        rig.answers({begun, begun, begun, begun});
        CHECK(rig.run(rig.service.initiate_multipart_upload(hangzhou(), never)).has_value() == r.good);
        std::vector<part_ref> const parts{{1, "AAA"}};
        rig.answers({answer(200, {}, completed_body(r.inner))});
        CHECK(rig.run(rig.service.complete_multipart_upload(hangzhou(), "U", parts, never)).has_value() == r.good);
    }
}

TEST_CASE("attempts whose outcome nobody knows are counted")
{
    auto const good = answer(200, {}, initiated_body(""));
    auto const busy = refusal(503, "ServiceUnavailable");
    auto const page = answer(200, {}, "<html>");
    struct row
    {
        char const* what;
        std::vector<result<net::response>> script;
        unsigned unanswered;
    };
    row const rows[] = {
        {"answered", {good}, 0},
        {"busy, then answered", {busy, busy, good}, 0},
        {"busy for ever", {busy, busy, busy, busy}, 0},
        {"refused", {refusal(403, "AccessDenied")}, 0},
        {"lost, then answered", {lost_answer(), good}, 1},
        {"lost, then busy", {lost_answer(), busy, busy, busy}, 1},
        {"a page in between", {page, good}, 1},
        {"a gateway without an answer", {answer(504, {}, "<html>"), good}, 1},
        {"lost for ever", {lost_answer(), lost_answer(), lost_answer(), lost_answer()}, 4},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        service_rig rig;
        rig.wire.script.assign(r.script.begin(), r.script.end());
        unsigned unanswered = 0;
        (void)rig.run(rig.service.initiate_multipart_upload(hangzhou(), never, &unanswered));
        CHECK(unanswered == r.unanswered);
        CHECK(rig.wire.script.empty());
    }
}

TEST_CASE("a listing may be bounded in pages, and a page holds what was asked for at most")
{
    auto const page = [](unsigned uploads, char const* next) {
        std::string body = "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>";
        body.append(next).append("</NextKeyMarker>");
        for (unsigned i = 0; i < uploads; ++i)
            body += "<Upload><Key>k</Key><UploadId>U</UploadId></Upload>";
        return answer(200, {}, body + "</ListMultipartUploadsResult>");
    };
    service_rig rig;
    rig.answers({page(1, "a"), page(1, "b")});
    auto const bounded = rig.run(rig.service.list_multipart_uploads(hangzhou(), "", never, 2));
    REQUIRE_FALSE(bounded);
    CHECK(bounded.error().code == errc::malformed_response);
    CHECK(holds(bounded.error().message, "more than 2 pages"));

    auto const too_many = page(1001, "a");
    rig.answers({too_many, too_many, too_many, too_many});
    CHECK(rig.run(rig.service.list_multipart_uploads(hangzhou(), "", never)).error().code == errc::malformed_response);
}
