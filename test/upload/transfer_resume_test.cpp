#include "resume_fixture.hpp"

#include <boost/asio/error.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

TEST_CASE("a failed upload is kept for its checkpoint, and goes on where it was")
{
    resume_fixture t;
    t.leave_unfinished();
    CHECK(t.costs.orphans.empty());
    auto const got = t.attempt();
    REQUIRE(got.has_value());
    CHECK(t.delivered());
    CHECK(t.sent == std::multiset<unsigned>{5, 6, 7, 8});
    CHECK(t.saw(upload_event_kind::resumed));
    CHECK_FALSE(t.is_there());
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("the error of a kept upload names its id")
{
    resume_fixture t;
    t.what_happens = [](fake_oss::call const& c) { return c.is_part() ? fault::denied : fault::none; };
    auto const got = t.attempt();
    REQUIRE(got.has_error());
    CHECK(got.error().upload_id == t.oss.open_uploads.begin()->first);
    CHECK(got.error().message.find("to be resumed") != std::string::npos);
}

TEST_CASE("parts are kept wherever they lie, and only those that hold the bytes of the source")
{
    struct row
    {
        char const* what;
        std::function<void(std::map<unsigned, std::string>&)> change;
        std::multiset<unsigned> sent;
    };
    row const rows[] = {
        {"gaps", [](auto& parts) { parts.erase(2); }, {2, 5, 6, 7, 8}},
        {"other bytes", [](auto& parts) { parts[3][0] ^= 1; }, {3, 5, 6, 7, 8}},
        {"another size", [](auto& parts) { parts[4] += 'x'; }, {4, 5, 6, 7, 8}},
        {"a number beyond", [](auto& parts) { parts[9] = "x"; }, {5, 6, 7, 8}},
        {"none left", [](auto& parts) { parts.clear(); }, {1, 2, 3, 4, 5, 6, 7, 8}},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        resume_fixture t;
        t.leave_unfinished();
        r.change(t.oss.open_uploads.begin()->second.parts);
        auto const got = t.attempt();
        REQUIRE(got.has_value());
        CHECK(t.delivered());
        CHECK(t.sent == r.sent);
    }
}

TEST_CASE("a resume with every part there completes at once")
{
    resume_fixture t;
    bool first = true;
    t.what_happens = [&](fake_oss::call const& c) { return c.is_complete() && first ? fault::denied : fault::none; };
    REQUIRE(t.attempt().has_error());
    first = false;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.empty());
}

TEST_CASE("an object that was completed before the checkpoint could go is found, and not sent again")
{
    resume_fixture t;
    t.leave_unfinished(7);
    auto const written = text_of(t.where);
    REQUIRE(t.attempt().has_value());
    std::ofstream(t.where, std::ios::binary) << written;
    auto const got = t.attempt();
    REQUIRE(got.has_value());
    CHECK(t.sent.empty());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}

TEST_CASE("an upload that the service has forgotten begins anew")
{
    resume_fixture t;
    t.leave_unfinished();
    t.oss.open_uploads.clear();
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
}

TEST_CASE("an upload that the service has forgotten begins anew although another object of its size is there")
{
    resume_fixture t;
    t.leave_unfinished();
    t.oss.open_uploads.clear();
    t.oss.objects["cam/clip.mp4"] = std::string(t.content.size(), 'x');
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a file that was changed since begins anew, and nothing of the old upload is left")
{
    resume_fixture t;
    t.leave_unfinished();
    t.content[0] ^= 1;
    std::ofstream(t.file, std::ios::binary) << t.content;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("who does not want to resume begins anew, and nothing of the old upload is left")
{
    resume_fixture t;
    t.leave_unfinished();
    t.options.resume = false;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.events.empty());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a file that shrank to a single put leaves nothing of the old upload")
{
    resume_fixture t;
    t.leave_unfinished();
    t.content = "small";
    std::filesystem::remove(t.file);
    std::ofstream(t.file, std::ios::binary) << t.content;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a checkpoint of another object is not used, and its upload not touched")
{
    resume_fixture t;
    t.leave_unfinished();
    t.grant.object_key = "cam/other.mp4";
    auto const got = t.attempt();
    REQUIRE(got.has_value());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK(t.oss.open_uploads.size() == 1);
}
