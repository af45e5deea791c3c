#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

struct expiry_fixture : transfer_fixture
{
    std::shared_ptr<skipping_clock> passing = std::make_shared<skipping_clock>();

    expiry_fixture() { use(passing); }

    std::chrono::sys_seconds now() const { return std::chrono::floor<std::chrono::seconds>(passing->now()); }

    bool holds(error const& e, char const* text) const { return e.message.find(text) != std::string::npos; }
};

}  // namespace

TEST_CASE("a grant that has ended is refused before any request, and the error tells both times")
{
    struct row
    {
        char const* what;
        std::function<void(expiry_fixture&)> set;
    };
    static std::chrono::sys_seconds const year_2020 = std::chrono::sys_days(std::chrono::July / 1 / 2020) + 11h + 50min;
    row const rows[] = {
        {"no life left", [](auto& t) { t.grant.expires_in = 0s; }},
        {"no life left, and an end in the past",
            [](auto& t) {
                t.grant.expires_in = 0s;
                t.grant.expire_utc = year_2020;
            }},
        {"an end in the past", [](auto& t) { t.grant.expire_utc = year_2020; }},
        {"an end right now", [](auto& t) { t.grant.expire_utc = t.now(); }},
        {"obtained long ago",
            [](auto& t) {
                t.grant.expires_in = 3000s;
                t.grant.obtained = t.passing->steady_now() - 3000s;
            }},
    };
    for (std::size_t size : {1'000u, 750'000u})
        for (auto const& r : rows)
        {
            CAPTURE(r.what);
            expiry_fixture t;
            t.content = patterned(size);
            r.set(t);
            auto const got = t.send();
            REQUIRE(got.has_error());
            CHECK(got.error().code == errc::grant_expired);
            CHECK(t.holds(
                got.error(), t.grant.expire_utc == year_2020 ? "2020-07-01T11:50:00Z" : "2026-03-30T09:05:30Z"));
            CHECK(t.holds(got.error(), "now it is 2026-03-30T09:05:30Z"));
            CHECK(got.error().recommendation.find("new grant") != std::string::npos);
            CHECK(got.error().attempts == 0);
            CHECK(t.oss.calls == 0);
        }
}

TEST_CASE("a wrong clock does not spoil a grant that states its life in seconds")
{
    for (bool const fresh : {true, false})
    {
        CAPTURE(fresh);
        expiry_fixture t;
        t.grant.expires_in = 3000s;
        t.grant.expire_utc = t.now() - 5h;  // by a clock that is hours ahead
        if (fresh)
            t.grant.obtained = t.passing->steady_now();
        CHECK(t.send().has_value());
    }
}

TEST_CASE("a grant that states no end lives as long as the documentation says, and one without a token for ever")
{
    for (bool const temporary : {false, true})
    {
        CAPTURE(temporary);
        expiry_fixture t;
        if (!temporary)
            t.grant.credentials.security_token = {};
        t.options.parts_in_flight = 1;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (c.is_part())
                t.passing->advance(500s);
            return fault::none;
        };
        auto const got = t.send();
        CHECK(got.has_value() == !temporary);
        if (!got)
            CHECK(got.error().code == errc::grant_expired);
    }
}

TEST_CASE("an upload that its grant does not outlive is stopped while the abort has a live token")
{
    struct row
    {
        std::chrono::seconds life;
        std::chrono::seconds each_part;
    };
    for (auto const& r : {row{60s, 11s}, row{4s, 1s}, row{3000s, 499s}})
        for (bool const absolute : {false, true})
        {
            CAPTURE(r.life.count());
            CAPTURE(absolute);
            expiry_fixture t;
            t.options.parts_in_flight = 1;
            if (absolute)
                t.grant.expire_utc = t.now() + r.life;
            else
                t.grant.expires_in = r.life;
            auto const end = t.passing->steady_now() + r.life;
            bool aborted_alive = false;
            t.oss.on_call = [&](fake_oss::call const& c) {
                if (c.is_part())
                    t.passing->advance(r.each_part);
                if (c.is_abort())
                    aborted_alive = t.passing->steady_now() < end;
                return fault::none;
            };
            auto const got = t.send();
            REQUIRE(got.has_error());
            CHECK(got.error().code == errc::grant_expired);
            CHECK(t.holds(got.error(), "the grant's credential ends at 2026-03-30T"));
            CHECK(aborted_alive);
            CHECK(t.oss.in_flight == 0);
            CHECK(t.oss.open_uploads.empty());
            CHECK(t.costs.orphans.size() == 0);
        }
}

TEST_CASE("parts on the wire are stopped before the grant ends, in time for the abort")
{
    struct row
    {
        std::chrono::seconds life;
        std::chrono::milliseconds stop;  // ten seconds before, or a quarter of the life
    };
    for (auto const& r : {row{3000s, 2990s}, row{20s, 15s}, row{2s, 1500ms}})
    {
        CAPTURE(r.life.count());
        expiry_fixture t;
        t.grant.expires_in = r.life;
        auto const begun = t.passing->steady_now();
        steady_time aborted;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (c.is_abort())
                aborted = t.passing->steady_now();
            return c.is_part() ? fault::silent : fault::none;
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(got.error().code == errc::grant_expired);
        CHECK(got.error().operation == "UploadPart");
        CHECK(aborted - begun == r.stop);
        CHECK(t.oss.open_uploads.empty());
    }
}

TEST_CASE("a deadline before the grant's end is a deadline")
{
    expiry_fixture t;
    t.grant.expires_in = 3000s;
    t.oss.on_call = [&](fake_oss::call const& c) { return c.is_part() ? fault::silent : fault::none; };
    auto const got = t.send(t.passing->steady_now() + 100s);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
}

TEST_CASE("a put may use the grant to its end, and no longer")
{
    expiry_fixture t;
    t.content = patterned(1'000);
    t.grant.expires_in = 30s;
    auto const begun = t.passing->steady_now();
    t.oss.on_call = [&](fake_oss::call const&) { return fault::silent; };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    CHECK(t.passing->steady_now() - begun == 30s);
}
