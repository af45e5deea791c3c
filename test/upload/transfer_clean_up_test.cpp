#include "base/utc_time.hpp"
#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

// Fails the second part, and does what it is told with the requests of the clean-up.
struct clean_up_fixture : transfer_fixture
{
    std::shared_ptr<skipping_clock> passing = std::make_shared<skipping_clock>();
    std::vector<fault> at_initiate;
    std::vector<fault> at_abort;
    fault at_list = fault::none;
    fault at_part = fault::none;
    unsigned aborts = 0;
    unsigned lists = 0;

    clean_up_fixture()
    {
        use(passing);
        options.parts_in_flight = 1;  // so that none is under way when one is refused
        oss.on_call = [this](fake_oss::call const& c) {
            if (c.is_initiate())
                return take(at_initiate);
            if (c.is_abort())
            {
                ++aborts;
                return take(at_abort);
            }
            if (c.is_part())
                return at_part;
            if (c.method == "GET" && c.query.contains("uploads"))
            {
                ++lists;
                return at_list;
            }
            return fault::none;
        };
    }

    static fault take(std::vector<fault>& from)
    {
        if (from.empty())
            return fault::none;
        auto const first = from.front();
        from.erase(from.begin());
        return first;
    }

    std::string date(std::chrono::seconds from_now) const
    {
        return format_iso8601(std::chrono::floor<std::chrono::seconds>(passing->now()) + from_now);
    }

    bool tells_of_one_left(result<receipt> const& got) const
    {
        return got.error().message.find("an upload without parts may be left at oss://b-ucket/cam/clip.mp4") !=
               std::string::npos;
    }
};

}  // namespace

TEST_CASE("an abort that hangs is tried again in the other half of its time")
{
    clean_up_fixture t;
    t.at_part = fault::denied;
    t.at_abort = {fault::silent};
    auto const begun = t.passing->steady_now();
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().service_code == "AccessDenied");
    CHECK(got.error().upload_id.empty());
    CHECK(t.aborts == 2);
    CHECK(t.oss.open_uploads.empty());
    CHECK(t.costs.orphans.size() == 0);
    CHECK(t.passing->steady_now() - begun == 5s);
}

TEST_CASE("an abort that hangs for ever ends with its time")
{
    clean_up_fixture t;
    t.at_part = fault::denied;
    t.at_abort = {fault::silent, fault::silent};
    auto const begun = t.passing->steady_now();
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().upload_id == t.oss.open_uploads.begin()->first);
    CHECK(t.costs.orphans.size() == 1);
    CHECK(t.passing->steady_now() - begun == 10s);
}

TEST_CASE("an upload whose parts may still come is aborted until the service knows it no more")
{
    struct row
    {
        char const* what;
        unsigned late;  // aborts after which a part is stored
        fault at_part;
        unsigned aborts;
        std::chrono::milliseconds took;
        std::size_t left;
    };
    static constexpr row rows[] = {
        {"the part was refused", 0, fault::denied, 1, 0ms, 0},
        {"no answer to the part", 0, fault::silent, 2, 0ms, 0},
        {"it comes after the abort", 1, fault::silent, 3, 250ms, 0},
        {"others do, too", 2, fault::silent, 4, 750ms, 0},
        {"they do not end", 9, fault::silent, 5, 1750ms, 1},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        clean_up_fixture t;
        t.at_part = r.at_part;
        auto begun = steady_time();  // aborting
        t.oss.on_call = [&, next = t.oss.on_call](fake_oss::call const& c) {
            if (c.is_abort() && t.aborts == 0)
                begun = t.passing->steady_now();
            if (c.is_part() && r.at_part == fault::silent)
                asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
            return next(c);
        };
        t.oss.on_done = [&, late = r.late](fake_oss::call const& c) mutable {
            if (!c.is_abort() || late == 0)
                return;
            --late;
            t.oss.open_uploads[c.query.at("uploadId")] = {.key = t.grant.object_key, .parts = {{1, "late"}}};
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(t.aborts == r.aborts);
        CHECK(t.passing->steady_now() - begun == r.took);
        CHECK(t.oss.open_uploads.size() == r.left);
        CHECK(t.costs.orphans.size() == r.left);
        CHECK(got.error().upload_id.empty() == (r.left == 0));
    }
}

TEST_CASE("nothing is looked for when no answer to Initiate was lost")
{
    struct row
    {
        char const* what;
        std::vector<fault> at_initiate;
        bool unreachable;
    };
    row const rows[] = {
        {"answered", {}, false},
        {"busy, then answered", {fault::unavailable, fault::unavailable}, false},
        {"busy for ever", {4, fault::unavailable}, false},
        {"refused", {fault::denied}, false},
        {"no connection", {}, true},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        clean_up_fixture t;
        t.at_initiate = r.at_initiate;
        t.oss.unreachable = r.unreachable;
        t.at_list = fault::silent;
        auto const got = t.send();
        CHECK(t.lists == 0);
        CHECK(t.costs.orphans.size() == 0);
        CHECK((got.has_value() || !t.tells_of_one_left(got)));
    }
}

TEST_CASE("of uploads to the same key only those without parts from the time of our Initiate are aborted")
{
    clean_up_fixture t;
    t.at_initiate = {fault::lost_after};
    auto const key = t.grant.object_key;
    t.oss.open_uploads["old"] = {.key = key, .parts = {}, .initiated = t.date(-10min)};
    t.oss.open_uploads["young"] = {.key = key, .parts = {}, .initiated = t.date(10min)};
    t.oss.open_uploads["undated"] = {.key = key, .parts = {}, .initiated = ""};
    t.oss.open_uploads["busy"] = {.key = key, .parts = {{1, "x"}}, .initiated = t.date(0s)};
    t.oss.open_uploads["other"] = {.key = key + ".part", .parts = {}, .initiated = t.date(0s)};
    REQUIRE(t.send().has_value());
    CHECK(t.lists == 1);
    CHECK(t.aborts == 1);
    CHECK(t.oss.open_uploads.size() == 5);
    CHECK(t.costs.orphans.size() == 0);
}

TEST_CASE("an upload that may be left is counted, and an error tells of it")
{
    struct row
    {
        char const* what;
        std::function<void(clean_up_fixture&)> set;
    };
    row const rows[] = {
        {"the listing is denied", [](auto& t) { t.at_list = fault::denied; }},
        {"the listing hangs", [](auto& t) { t.at_list = fault::silent; }},
        {"the abort is denied", [](auto& t) { t.at_abort = {fault::none, fault::denied}; }},
        {"the account's own key", [](auto& t) { t.grant.credentials.security_token = secret_string(); }},
    };
    for (auto const& r : rows)
        for (bool const good : {true, false})
        {
            CAPTURE(r.what);
            CAPTURE(good);
            clean_up_fixture t;
            t.at_initiate = {fault::lost_after};
            t.at_part = good ? fault::none : fault::denied;
            r.set(t);
            if (good && !t.at_abort.empty())
                t.at_abort = {fault::denied};
            auto const begun = t.passing->steady_now();
            auto const got = t.send();
            REQUIRE(got.has_value() == good);
            CHECK(t.costs.orphans.size() == 1);
            CHECK(t.oss.open_uploads.size() == 1);
            if (!good)
            {
                CHECK(got.error().service_code == "AccessDenied");
                CHECK(t.tells_of_one_left(got));
            }
            CHECK(t.passing->steady_now() - begun <= 5s);
        }
}

TEST_CASE("aborting and searching share one limit")
{
    clean_up_fixture t;
    t.at_initiate = {fault::lost_after};
    t.at_part = fault::denied;
    t.at_abort = {fault::silent, fault::silent};
    t.at_list = fault::silent;
    auto const begun = t.passing->steady_now();
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(t.costs.orphans.size() == 2);
    CHECK(t.tells_of_one_left(got));
    CHECK(t.passing->steady_now() - begun == 10s);
}
