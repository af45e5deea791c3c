#include "service_rig.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace
{

constexpr expected_object expected{10, 99};

net::response completed()
{
    return answer(200, {{"x-oss-hash-crc64ecma", "99"}, {"x-oss-request-id", "5F04"}},
        "<CompleteMultipartUploadResult><Key>exampleobject</Key><ETag>\"E-1\"</ETag></CompleteMultipartUploadResult>");
}

net::response there()
{
    return answer(200, {{"Content-Length", "10"}, {"x-oss-hash-crc64ecma", "99"}, {"ETag", "\"E-1\""}});
}

net::response other_there()
{
    return answer(200, {{"Content-Length", "10"}, {"x-oss-hash-crc64ecma", "98"}, {"ETag", "\"E-0\""}});
}

error lost()
{
    return errc::connection_lost;
}

result<stored> complete(service_rig& rig, std::optional<expected_object> what = expected, steady_time until = never)
{
    std::vector<part_ref> const parts{{1, "AAA"}, {2, "BBB"}};
    return rig.run(rig.service.complete_multipart_upload(hangzhou(), "U", parts, until, what));
}

// The requests that went out: C for Complete, H for a look at the object.
std::string requests(service_rig const& rig)
{
    std::string all;
    for (auto const& was : rig.wire.log)
        all += was.operation == "CompleteMultipartUpload" ? 'C' : was.operation == "HeadObject" ? 'H' : '?';
    return all;
}

}  // namespace

TEST_CASE("a completed object is told by headers and body")
{
    service_rig rig;
    rig.answers({completed()});
    auto const made = complete(rig);
    REQUIRE(made);
    CHECK(made->etag == "E-1");
    CHECK(made->crc64 == 99U);
    CHECK(made->request_id == "5F04");
    CHECK(requests(rig) == "C");
}

TEST_CASE("what became of a Complete without a clear answer is settled by looking at the object")
{
    struct row
    {
        std::string_view what;
        std::vector<result<net::response>> script;
        std::string_view requests;
        bool good;
        bool may_be_open = false;
    };
    auto const gone = refusal(404, "NoSuchUpload");
    auto const no_object = answer(404);
    auto const busy = refusal(503, "ServiceUnavailable");
    auto const error_in_200 = answer(200, {}, "<Error><Code>InternalError</Code><Message>try again</Message></Error>");
    row const rows[] = {
        {"lost, there, and the upload gone", {lost(), there(), gone}, "CHC", true},
        {"lost, an equal object there from before, done again", {lost(), there(), completed()}, "CHC", true},
        {"lost, there, lost again", {lost(), there(), lost()}, "CHC", true, true},
        {"lost, there, not allowed again", {lost(), there(), refusal(403, "AccessDenied")}, "CHC", true, true},
        {"lost, not there, done again", {lost(), no_object, completed()}, "CHC", true},
        {"lost, not there yet, then gone and there", {lost(), no_object, gone, there()}, "CHCH", true},
        {"lost, an older object there, done again", {lost(), other_there(), completed()}, "CHC", true},
        {"lost for ever", {lost(), no_object, lost(), no_object, lost(), no_object}, "CHCHCH", false},
        {"lost, and the object may not be looked at, done again", {lost(), answer(403), completed()}, "CHC", true},
        {"busy, then gone and there", {busy, gone, there()}, "CCH", true},
        {"gone, and there", {gone, there()}, "CH", true},
        {"gone, and nothing there", {gone, no_object}, "CH", false},
        {"gone, and another there", {gone, other_there()}, "CH", false},
        {"an empty answer, and there", {answer(200), there(), gone}, "CHC", true},
        {"a proxy's page, not there, done again", {answer(200, {}, "<html>"), no_object, completed()}, "CHC", true},
        {"an error under 200, done again", {error_in_200, completed()}, "CC", true},
        {"an error under 200 that stays, and there",
            {error_in_200, error_in_200, error_in_200, error_in_200, there(), gone}, "CCCCHC", true},
        {"busy for long, and there", {busy, busy, busy, busy, there(), gone}, "CCCCHC", true},
        {"busy for long, and not there", {busy, busy, busy, busy, no_object}, "CCCCH", false},
        {"a part is wrong", {refusal(400, "InvalidPart")}, "C", false},
        {"not allowed", {refusal(403, "AccessDenied")}, "C", false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        service_rig rig;
        rig.wire.script.assign(r.script.begin(), r.script.end());
        auto const made = complete(rig);
        CHECK(made.has_value() == r.good);
        CHECK(requests(rig) == r.requests);
        CHECK(rig.wire.script.empty());
        if (made)
        {
            CHECK(made->crc64 == 99U);
            CHECK(made->etag == "E-1");
            CHECK(made->upload_may_be_open == r.may_be_open);
        }
        else
            CHECK(made.error().operation == "CompleteMultipartUpload");
    }
}

TEST_CASE("a Complete whose answer is lost is not sent blindly again")
{
    service_rig rig;
    rig.answers({lost()});
    CHECK(complete(rig, std::nullopt).error().code == errc::connection_lost);
    CHECK(requests(rig) == "C");
}

TEST_CASE("a deadline that passes when the object has been seen takes nothing back")
{
    service_rig rig;
    rig.answers({lost(), there(), error(errc::deadline_exceeded)});
    auto const made = complete(rig, expected, rig.in(10s));
    REQUIRE(made);
    CHECK(made->upload_may_be_open);
    CHECK(made->attempts == 2);
}

TEST_CASE("an error under status 200 is an error")
{
    service_rig rig;
    rig.answers({answer(200, {}, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"), answer(404)});
    auto const made = complete(rig);
    REQUIRE_FALSE(made);
    CHECK(made.error().service_code == "AccessDenied");
    CHECK(made.error().http_status == 200);
}

TEST_CASE("an empty answer proves nothing by itself")
{
    service_rig rig;
    rig.answers({answer(200, {{"ETag", "\"E-1\""}})});
    CHECK(complete(rig, std::nullopt).error().code == errc::malformed_response);
}

TEST_CASE("an upload that vanished after a lost answer is not called just lost")
{
    service_rig rig;
    auto const gone = refusal(404, "NoSuchUpload");
    rig.answers({lost(), answer(403), gone, answer(403), gone, answer(403)});
    auto const made = complete(rig);
    REQUIRE_FALSE(made);
    CHECK(made.error().service_code == "NoSuchUpload");
    CHECK(made.error().recommendation.find("look at the object") != std::string::npos);
    CHECK(made.error().attempts == 3);
}

TEST_CASE("no pause is begun that would end after the deadline")
{
    service_rig rig;
    rig.answers({lost(), answer(404)});
    CHECK(complete(rig, expected, rig.in(400ms)).error().code == errc::connection_lost);
    CHECK(rig.clock->now() == service_rig::start);
}
