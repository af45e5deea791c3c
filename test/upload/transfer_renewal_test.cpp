#include "silent_refresher.hpp"
#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <boost/asio/error.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

struct events_seen
{
    std::vector<upload_event_kind> kinds;

    [[nodiscard]] event_listener listener()
    {
        return {
            .function = [](void* to, upload_event const& e) { static_cast<events_seen*>(to)->kinds.push_back(e.kind); },
            .argument = this};
    }
    [[nodiscard]] auto count(upload_event_kind kind) const { return std::count(kinds.begin(), kinds.end(), kind); }
};

// A service that takes one credential at a time, and a refresher that hands out the next.
struct renewal_fixture : transfer_fixture
{
    std::shared_ptr<skipping_clock> passing = std::make_shared<skipping_clock>();
    unsigned valid = 0;  // the number of the credential that the service takes
    unsigned handed_out = 0;
    unsigned asked = 0;
    bool service_has_ended_it = false;
    events_seen seen;
    std::function<void(upload_grant&)> change = [](upload_grant&) {};

    function_refresher refresher{[this](upload_grant const& old) { return next(old); }};

    renewal_fixture()
    {
        use(passing);
        options.refresher = &refresher;
        options.on_event = seen.listener();
        oss.on_call = [this](
                          fake_oss::call const&) { return handed_out == valid ? fault::none : fault::token_expired; };
    }

    asio::awaitable<result<upload_grant>> next(upload_grant const& old)
    {
        ++asked;
        auto fresh = old;
        fresh.credentials = credentials("id", "secret", "token " + std::to_string(++handed_out));
        fresh.credentials.security_token = "token" + std::to_string(handed_out);
        fresh.expires_in = 3000s;
        fresh.obtained.reset();
        change(fresh);
        co_return fresh;
    }
};

}  // namespace

TEST_CASE("a token that ends in the middle is replaced once, whichever request meets it first, and the upload goes on")
{
    bool fired = true;
    for (unsigned step = 0; fired; ++step)
    {
        CAPTURE(step);
        renewal_fixture t;
        auto const valid = t.oss.on_call;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (c.number == step)
                t.valid = 1;
            return valid(c);
        };
        auto const got = t.send();
        REQUIRE(got.has_value());
        CHECK(t.delivered());
        fired = t.valid == 1;
        CHECK(t.asked == (fired ? 1 : 0));
        CHECK(t.seen.count(upload_event_kind::grant_renewed) == (fired ? 1 : 0));
        CHECK(t.oss.open_uploads.empty());
        CHECK(t.costs.orphans.empty());
    }
}

TEST_CASE("a credential is replaced before it ends")
{
    renewal_fixture t;
    t.grant.expires_in = 3000s;
    t.options.parts_in_flight = 1;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_part())
            t.passing->advance(500s);
        return fault::none;
    };
    REQUIRE(t.send().has_value());
    CHECK(t.delivered());
    CHECK(t.asked == 1);  // eight parts take 4000 s, so one credential more does
}

TEST_CASE("without a new credential the upload fails as refused, and says why there is none")
{
    struct row
    {
        char const* what;
        std::function<void(upload_grant&)> change;
        char const* told;
    };
    row const rows[] = {
        {"throws", [](upload_grant&) { throw std::runtime_error("no such vault"); }, "no such vault"},
        {"the same", [](upload_grant& g) { g.credentials = credentials("id", "secret", "token"); },
            "the old credential"},
        {"none", [](upload_grant& g) { g.credentials = credentials(); }, "without an access key"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        renewal_fixture t;
        t.change = r.change;
        t.valid = 99;
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(got.error().code == errc::grant_expired);
        CHECK(got.error().service_code == "SecurityTokenExpired");
        CHECK(got.error().message.find(r.told) != std::string::npos);
        CHECK(t.seen.count(upload_event_kind::grant_not_renewed) >= 1);
    }
}

TEST_CASE("a service that refuses each new credential is not asked for ever")
{
    renewal_fixture t;
    t.valid = 1'000'000;
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    CHECK(t.asked == 2);
    CHECK(got.error().message.find("was refused, too") != std::string::npos);
}

TEST_CASE("a refresher that fails while the old credential lives does no harm, and is asked again")
{
    renewal_fixture t;
    t.grant.expires_in = 1200s;
    t.options.parts_in_flight = 1;
    t.change = [&](upload_grant& g) {
        if (t.asked == 1)
            throw std::runtime_error("busy");
        g.expires_in = 3000s;
    };
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_part())
            t.passing->advance(190s);
        return fault::none;
    };
    REQUIRE(t.send().has_value());
    CHECK(t.delivered());
    CHECK(t.asked == 2);
    CHECK(t.seen.count(upload_event_kind::grant_not_renewed) == 1);
    CHECK(t.seen.count(upload_event_kind::grant_renewed) == 1);
}

TEST_CASE("a grant for another object makes the upload begin anew there")
{
    renewal_fixture t;
    t.change = [](upload_grant& g) { g.object_key = "cam/other.mp4"; };
    auto const valid = t.oss.on_call;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.number == 4)
            t.valid = 1;
        return valid(c);
    };
    auto const got = t.send();
    REQUIRE(got.has_value());
    CHECK(got->object_key == "cam/other.mp4");
    CHECK(t.oss.objects.at("cam/other.mp4") == t.content);
    CHECK_FALSE(t.oss.objects.contains("cam/clip.mp4"));
    CHECK(t.seen.count(upload_event_kind::restarted) == 1);
}

TEST_CASE("an abort whose token has ended is made with a new one")
{
    renewal_fixture t;
    auto const valid = t.oss.on_call;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_abort())
            t.valid = 1;
        auto const how = valid(c);
        return c.is_part() && how == fault::none ? fault::denied : how;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().service_code == "AccessDenied");
    CHECK(t.asked == 1);
    CHECK(t.oss.open_uploads.empty());
    CHECK(t.costs.orphans.empty());
}

TEST_CASE("an abort that nobody can make is an orphan with its bucket, key and upload id")
{
    transfer_fixture t;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_part() || c.is_abort() ? fault::token_expired : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    REQUIRE(t.costs.orphans.size() == 1);
    CHECK(t.costs.orphans[0].bucket == "b-ucket");
    CHECK(t.costs.orphans[0].object_key == "cam/clip.mp4");
    CHECK(t.costs.orphans[0].upload_id == t.oss.open_uploads.begin()->first);
    CHECK(got.error().upload_id == t.costs.orphans[0].upload_id);
}

TEST_CASE("an upload that its credential will not outlive says so early, and sends more at once")
{
    renewal_fixture t;
    t.options.refresher = nullptr;
    t.content = patterned(3'000'000);  // thirty parts
    t.grant.expires_in = 100s;
    t.options.parts_in_flight = 1;
    t.options.max_parts_in_flight = 4;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_part())
            t.passing->advance(4s);
        return fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    REQUIRE_FALSE(t.seen.kinds.empty());
    CHECK(t.seen.kinds == std::vector{upload_event_kind::will_not_finish_in_time});
    CHECK(t.oss.most_being_sent > 1);
}

namespace
{

// Two parts go at once under a credential that is soon to be renewed, and the refresher is silent.
struct silent_refresher_fixture : transfer_fixture
{
    std::shared_ptr<manual_clock> standing = std::make_shared<manual_clock>(system_time(1'774'857'930s));
    silent_refresher refresher;
    memory_source from{asio::buffer(content)};
    upload::part_plan plan = upload::open_and_plan(from, options).value();
    std::optional<result<receipt>> done;

    silent_refresher_fixture()
    {
        use(standing);
        options.refresher = &refresher;
        options.parts_in_flight = 2;
        grant.expires_in = 3000s;
        oss.on_call = [this](fake_oss::call const& c) {
            if (c.is_initiate())
                standing->advance(2800s);
            return fault::none;
        };
    }

    void begin()
    {
        asio::co_spawn(context, upload::as_error_codes(upload::transfer(env, order_of(from, plan), costs)),
            asio::bind_cancellation_slot(
                stop.slot(), [this](std::exception_ptr const&, result<receipt> r) { done = std::move(r); }));
        context.poll();
    }
};

}  // namespace

TEST_CASE("one step waits for the refresher, and the others go on while the old credential serves")
{
    silent_refresher_fixture t;
    t.begin();
    CHECK(t.refresher.asked == 1);
    CHECK_FALSE(t.done.has_value());
    CHECK(t.oss.parts_stored == t.plan.parts - 1);

    t.standing->advance(61s);  // nobody waits for longer
    t.context.run();
    REQUIRE(t.done.has_value());
    CHECK(t.done->has_value());
    CHECK(t.delivered());
}

TEST_CASE("cancelling ends an upload that waits for its refresher, and nothing is left")
{
    silent_refresher_fixture t;
    t.options.parts_in_flight = 1;
    t.begin();
    CHECK(t.refresher.asked == 1);
    t.stop.emit(asio::cancellation_type::terminal);
    t.context.poll();
    REQUIRE(t.done.has_value());
    REQUIRE(t.done->has_error());
    CHECK(t.done->error().code == asio::error::operation_aborted);
    CHECK(t.oss.parts_stored == 0);
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a whole object that is sent again in time is not called late")
{
    renewal_fixture t;
    t.options.refresher = nullptr;
    t.grant.expires_in = 3000s;
    t.options.parts_in_flight = 1;
    bool once = true;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_part())
            t.passing->advance(2s);
        return c.is_complete() && std::exchange(once, false) ? fault::wrong_crc : fault::none;
    };
    REQUIRE(t.send().has_value());
    CHECK(t.seen.kinds == std::vector{upload_event_kind::sent_again});
    CHECK(t.oss.most_being_sent == 1);
}

TEST_CASE("a temporary credential that is refused has ended, whatever the service calls that; a lasting one has not")
{
    for (auto const* const code : {"SecurityTokenExpired", "InvalidSecurityToken", "InvalidAccessKeyId"})
        for (bool const temporary : {true, false})
        {
            CAPTURE(code);
            CAPTURE(temporary);
            transfer_fixture t;
            if (!temporary)
                t.grant.credentials.security_token = {};
            t.oss.refusal_code = code;
            t.oss.on_call = [](fake_oss::call const& c) { return c.is_part() ? fault::refused : fault::none; };
            auto const got = t.send();
            REQUIRE(got.has_error());
            CHECK(got.error().code == (temporary ? errc::grant_expired : errc::service_error));
            CHECK(got.error().service_code == code);
        }
}
