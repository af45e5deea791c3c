#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"
#include "upload/destination.hpp"
#include "upload/shared_upload.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

char const* const session_id = "U-shared";
constexpr part_range all_parts{1, 8};

// One share of a session of eight parts. Notes what was asked but for parts: L ListParts, C Complete, H HEAD, A Abort.
struct share_fixture : transfer_fixture
{
    std::shared_ptr<skipping_clock> passing = std::make_shared<skipping_clock>();
    std::string asked;
    std::function<fault(fake_oss::call const&)> meets = [](fake_oss::call const&) { return fault::none; };

    share_fixture()
    {
        use(passing);
        oss.time = passing.get();
        oss.open_uploads[session_id].key = grant.object_key;
        oss.on_call = [this](fake_oss::call const& c) {
            note(c);
            return meets(c);
        };
    }

    // Where parts of others are read: that has a limit of time, which would be over at once.
    void let_time_stand()
    {
        auto const standing = std::make_shared<manual_clock>(passing->now());
        use(standing);
        oss.time = standing.get();
    }

    void note(fake_oss::call const& c)
    {
        if (c.is_list())
            asked += 'L';
        else if (c.is_complete())
            asked += 'C';
        else if (c.is_head())
            asked += 'H';
        else if (c.is_abort())
            asked += 'A';
    }

    [[nodiscard]] bool has_asked(char what) const { return asked.find(what) != std::string::npos; }
    [[nodiscard]] auto times_asked(char what) const { return std::count(asked.begin(), asked.end(), what); }

    std::map<unsigned, std::string>& parts() { return oss.open_uploads.at(session_id).parts; }

    // As if others had sent them.
    void store_parts(unsigned first, unsigned last)
    {
        for (auto number = first; number <= last; ++number)
            parts()[number] = content.substr((number - std::size_t{1}) * 100 * kib, 100 * kib);
    }

    void cancel_when_done()
    {
        oss.on_done = [this](fake_oss::call const& c) {
            if (c.is_complete())
                cancel_soon();
        };
    }

    void cancel_soon()
    {
        asio::post(context, [this] { stop.emit(asio::cancellation_type::terminal); });
    }

    result<upload::shared_upload::share> share(
        part_range range = all_parts, std::chrono::seconds budget = std::chrono::hours(1))
    {
        memory_source from(asio::buffer(content));
        auto const plan = upload::open_and_plan(from, options).value();
        auto const at = upload::locate(env, grant).value();
        auto const order = order_of(from, plan, env.clock->steady_now() + budget);
        upload::workshop w(env, order, at, context.get_executor(), costs);
        upload::shared_upload mine(w, session_id, range);
        auto done = run(context, mine.run(), &stop);
        costs.orphans = mine.orphans();
        return done;
    }
};

fault only_at_complete(fake_oss::call const& c, fault how)
{
    return c.is_complete() ? how : fault::none;
}

}  // namespace

TEST_CASE("a part that somebody overwrote from another source after this share had sent it completes nothing")
{
    for (bool const with_crc : {true, false})
    {
        CAPTURE(with_crc);
        share_fixture t;
        t.oss.lists_crc = with_crc;
        t.meets = [&](fake_oss::call const& c) {
            if (c.is_list() && t.asked == "LL")
                t.parts()[2].assign(100 * kib, 'x');
            return fault::none;
        };
        auto const got = t.share();
        REQUIRE(got.has_error());
        CHECK(got.error().code == errc::checksum_mismatch);
        CHECK(got.error().message.find("part 2 of the session was sent from another source") != std::string::npos);
        CHECK(got.error().message.find(with_crc ? "CRC-64" : "ETag") != std::string::npos);
        CHECK(got.error().recommendation.find("send part 2 again") != std::string::npos);
        CHECK(t.asked == "LL");
        CHECK(t.oss.objects.empty());
        CHECK(t.oss.open_uploads.size() == 1);
    }
}

TEST_CASE("a part of others that is not of this source completes nothing")
{
    share_fixture t;
    t.let_time_stand();
    t.store_parts(5, 8);
    t.parts()[6].assign(100 * kib, 'x');
    part_range const half{1, 4};
    auto const got = t.share(half);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::checksum_mismatch);
    CHECK(got.error().message.find("part 6 ") != std::string::npos);
    CHECK(t.asked == "LL");
}

TEST_CASE("a session that may be open beside an equal object is aborted, or told")
{
    struct row
    {
        char const* what;
        bool deadline;  // else the connection is lost, and then Complete is refused
        fault at_abort;
        char const* asked;
        std::size_t left;
    };
    static constexpr row rows[] = {
        {"refused", false, fault::none, "LLCHCA", 0},
        {"refused, as the abort is", false, fault::denied, "LLCHCA", 1},
        {"out of time", true, fault::none, "LLCHA", 0},
        {"out of time, and the abort is refused", true, fault::denied, "LLCHA", 1},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        share_fixture t;
        t.oss.objects[t.grant.object_key] = t.content;
        t.meets = [&](fake_oss::call const& c) {
            if (c.is_abort())
                return r.at_abort;
            if (!c.is_complete())
                return fault::none;
            if (r.deadline)
                return fault::silent;
            return t.times_asked('C') == 1 ? fault::lost_before : fault::denied;
        };
        auto const got = t.share(all_parts, 30s);
        REQUIRE_MESSAGE(got.has_value(), got.error().describe());
        CHECK(got->done.has_value());
        CHECK(got->parts_sent == 8);
        CHECK(got->parts_missing == 0);
        CHECK(t.asked == r.asked);
        CHECK(t.oss.open_uploads.size() == r.left);
        REQUIRE(t.costs.orphans.size() == r.left);
        if (r.left != 0)
            CHECK(t.costs.orphans[0].upload_id == session_id);
    }
}

TEST_CASE("a share whose time ends while it completes has its receipt when the object is stored")
{
    share_fixture t;
    t.meets = [](fake_oss::call const& c) { return only_at_complete(c, fault::done_silent); };
    auto const got = t.share(all_parts, 30s);
    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
    CHECK(got->done.has_value());
    CHECK(t.delivered());
    CHECK(t.costs.orphans.empty());
}

TEST_CASE("a share whose time ends while it completes says that the object may exist, and leaves the session")
{
    share_fixture t;
    t.meets = [](fake_oss::call const& c) { return only_at_complete(c, fault::silent); };
    auto const got = t.share(all_parts, 30s);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
    CHECK(got.error().recommendation.find("the object may exist") != std::string::npos);
    CHECK(got.error().upload_id == session_id);
    CHECK(t.asked == "LLCH");
    CHECK(t.oss.open_uploads.size() == 1);
}

TEST_CASE("a share whose time ends before it completes does not look for an object")
{
    share_fixture t;
    t.meets = [](fake_oss::call const& c) { return c.is_part() ? fault::silent : fault::none; };
    auto const got = t.share(all_parts, 30s);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
    CHECK(got.error().recommendation.find("may exist") == std::string::npos);
    CHECK(t.asked == "L");
}

TEST_CASE("a share that is cancelled while it completes tells that the object is stored")
{
    for (auto const how : {fault::none, fault::done_silent, fault::lost_after})
    {
        CAPTURE(static_cast<int>(how));
        share_fixture t;
        t.meets = [&](fake_oss::call const& c) { return only_at_complete(c, how); };
        t.cancel_when_done();
        auto const got = t.share();
        REQUIRE(got.has_error());
        CHECK(got.error().code == asio::error::operation_aborted);
        CHECK(got.error().message.find("had been completed") != std::string::npos);
        CHECK(got.error().recommendation.find("Delete the object") != std::string::npos);
        CHECK(t.delivered());
        CHECK_FALSE(t.has_asked('A'));
    }
}

TEST_CASE("a cancelled share leaves the session, also beside an older object with the same content")
{
    for (bool const is_there : {false, true})
    {
        CAPTURE(is_there);
        share_fixture t;
        if (is_there)
            t.oss.objects[t.grant.object_key] = t.content;
        t.meets = [&](fake_oss::call const& c) {
            if (c.is_complete())
                t.cancel_soon();
            return only_at_complete(c, fault::silent);
        };
        auto const got = t.share();
        REQUIRE(got.has_error());
        CHECK(got.error().code == asio::error::operation_aborted);
        CHECK(got.error().message.find("had been completed") == std::string::npos);
        CHECK(got.error().recommendation.find("the object may exist") != std::string::npos);
        CHECK(got.error().upload_id == session_id);
        CHECK(t.asked == (is_there ? "LLCHL" : "LLCH"));
        CHECK(t.oss.open_uploads.size() == 1);
    }
}

TEST_CASE("a share whose Complete is refused for parts that are all there makes it again")
{
    share_fixture t;
    t.oss.refusal_code = "InvalidPart";
    t.meets = [&](fake_oss::call const& c) {
        return c.is_complete() && t.times_asked('C') == 1 ? fault::refused : fault::none;
    };
    auto const got = t.share();
    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
    CHECK(t.delivered());
    CHECK(t.times_asked('C') == 2);
    CHECK(t.oss.parts_stored == 8);
}

TEST_CASE("a share sends again what the service lost of its range, before Complete or at it")
{
    for (bool const at_complete : {false, true})
    {
        CAPTURE(at_complete);
        share_fixture t;
        t.let_time_stand();
        t.store_parts(7, 8);
        t.meets = [&](fake_oss::call const& c) {
            if (at_complete ? c.is_complete() && t.times_asked('C') == 1 : c.is_list() && t.asked == "LL")
                t.parts().erase(3);
            return fault::none;
        };
        auto const got = t.share();
        REQUIRE_MESSAGE(got.has_value(), got.error().describe());
        CHECK(got->done.has_value());
        CHECK(got->parts_sent == 6);
        CHECK(got->parts_found == 2);
        CHECK(t.delivered());
        CHECK(t.oss.parts_stored == 7);
    }
}

TEST_CASE("a part of others that the service lost is missing, and is for others to send")
{
    share_fixture t;
    t.let_time_stand();
    t.store_parts(5, 8);
    t.meets = [&](fake_oss::call const& c) {
        if (c.is_complete())
            t.parts().erase(7);
        return fault::none;
    };
    part_range const half{1, 4};
    auto const got = t.share(half);
    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
    CHECK_FALSE(got->done.has_value());
    CHECK(got->parts_missing == 1);
    CHECK(got->parts_sent == 4);
    CHECK(t.times_asked('C') == 1);
    CHECK(t.oss.parts_stored == 4);
}

TEST_CASE("a part that the service loses again and again ends the share, and is named")
{
    share_fixture t;
    t.meets = [](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "3" ? fault::dropped : fault::none;
    };
    auto const got = t.share();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::malformed_response);
    CHECK(got.error().message.find("part 3 of the session") != std::string::npos);
    CHECK(t.oss.parts_stored == 10);
    CHECK_FALSE(t.has_asked('C'));
    CHECK(t.oss.open_uploads.size() == 1);
}

TEST_CASE("a share that another completed meanwhile tells what it sent and found")
{
    share_fixture t;
    t.let_time_stand();
    t.store_parts(1, 3);
    t.meets = [&](fake_oss::call const& c) {
        if (c.is_list() && t.asked == "LL")
        {
            t.oss.objects[c.key] = t.content;
            t.oss.open_uploads.clear();
        }
        return fault::none;
    };
    auto const got = t.share();
    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
    CHECK(got->done.has_value());
    CHECK(got->parts_sent == 5);
    CHECK(got->parts_found == 3);
    CHECK(got->parts_missing == 0);
}
