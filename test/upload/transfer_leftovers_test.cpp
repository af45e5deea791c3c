#include "resume_fixture.hpp"
#include "skipping_clock.hpp"

#include <boost/asio/error.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

TEST_CASE("what a cancelled upload leaves is for the handle to say, or for the options")
{
    struct row
    {
        leftovers options;
        on_cancel handle;
        bool checkpoint;
        bool kept;
    };
    static constexpr row rows[] = {
        {leftovers::automatic, on_cancel::by_options, true, true},
        {leftovers::automatic, on_cancel::by_options, false, false},
        {leftovers::automatic, on_cancel::keep, false, true},
        {leftovers::automatic, on_cancel::abort, true, false},
        {leftovers::abort, on_cancel::by_options, true, false},
        {leftovers::keep, on_cancel::by_options, false, true},
        {leftovers::keep, on_cancel::abort, false, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(static_cast<int>(r.options));
        CAPTURE(static_cast<int>(r.handle));
        CAPTURE(r.checkpoint);
        resume_fixture t;
        if (!r.checkpoint)
            t.where.clear();
        t.options.leave = r.options;
        auto const steering = std::make_shared<upload::control>();
        t.steering = steering.get();
        steering->begin(t.context.get_executor(), t.time, [&t] { t.stop.emit(asio::cancellation_type::terminal); });
        t.what_happens = [&](fake_oss::call const& c) {
            if (c.is_part() && c.query.at("partNumber") == "4")
                steering->cancel(r.handle);
            return fault::none;
        };
        auto const got = t.attempt();
        steering->end();
        REQUIRE(got.has_error());
        CHECK(got.error().code == asio::error::operation_aborted);
        CHECK(t.oss.open_uploads.size() == (r.kept ? 1 : 0));
        CHECK(got.error().upload_id.empty() == !r.kept);
        CHECK(t.is_there() == (r.kept && r.checkpoint));
    }
}

TEST_CASE(
    "a grant of the caller's that ends while parts go up leaves them and their checkpoint; that of a stream does not")
{
    for (bool const is_of_stream : {false, true})
    {
        CAPTURE(is_of_stream);
        resume_fixture t;
        auto const passing = std::make_shared<manual_clock>(system_time(1'774'857'930s));
        t.use(passing);
        t.is_of_stream = is_of_stream;
        t.grant.expires_in = 60s;
        t.options.parts_in_flight = 1;
        t.what_happens = [&](fake_oss::call const& c) {
            if (c.is_part())
                passing->advance(11s);
            return fault::none;
        };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        CHECK(got.error().code == errc::grant_expired);
        CHECK(t.oss.open_uploads.size() == (is_of_stream ? 0 : 1));
        CHECK(t.is_there() == !is_of_stream);
        if (is_of_stream)
            continue;
        CHECK(got.error().upload_id == t.oss.open_uploads.begin()->first);
        auto const stored = t.sent.size();
        t.what_happens = [](fake_oss::call const&) { return fault::none; };
        t.grant.credentials = credentials("id", "secret", "another-token");
        t.grant.expires_in = 3000s;
        auto const again = t.attempt();
        REQUIRE_MESSAGE(again.has_value(), again.error().describe());
        CHECK(t.delivered());
        CHECK(t.sent.size() == 8 - stored);
    }
}

TEST_CASE("what a failure leaves of an upload with a checkpoint, on the server and on disk")
{
    struct row
    {
        char const* what;
        std::function<fault(resume_fixture&, fake_oss::call const&)> what_happens;
        errc code;
        bool parts_are_left;
        bool checkpoint_is_left;
    };
    auto const is_part_5 = [](fake_oss::call const& c) { return c.is_part() && c.query.at("partNumber") == "5"; };
    row const rows[] = {
        {"Initiate is refused", [](auto&, auto const& c) { return c.is_initiate() ? fault::denied : fault::none; },
            errc::service_error, false, false},
        {"a part is refused", [&](auto&, auto const& c) { return is_part_5(c) ? fault::denied : fault::none; },
            errc::service_error, true, true},
        {"the source was changed",
            [&](auto& t, auto const& c) {
                if (is_part_5(c))
                    std::ofstream(t.file, std::ios::binary | std::ios::app) << 'x';
                return fault::none;
            },
            errc::source_changed, false, false},
        {"the service has lost the upload",
            [&](auto& t, auto const& c) {
                if (is_part_5(c))
                    t.oss.open_uploads.clear();
                return fault::none;
            },
            errc::service_error, false, false},
        {"Complete is refused", [](auto&, auto const& c) { return c.is_complete() ? fault::denied : fault::none; },
            errc::service_error, true, true},
        {"nobody can look at what came of Complete",
            [](auto& t, auto const& c) {
                t.oss.unreachable = c.is_complete();
                return c.is_complete() ? fault::lost_before : fault::none;
            },
            errc::connection_lost, true, true},
        {"the object is another", [](auto&, auto const& c) { return c.is_complete() ? fault::wrong_crc : fault::none; },
            errc::checksum_mismatch, false, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        resume_fixture t;
        t.what_happens = [&](fake_oss::call const& c) { return r.what_happens(t, c); };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        CHECK(got.error().code == r.code);
        CHECK(t.oss.open_uploads.size() == (r.parts_are_left ? 1 : 0));
        CHECK(t.is_there() == r.checkpoint_is_left);
        bool const may_exist = got.error().recommendation.find("the object may exist") != std::string::npos;
        CHECK(may_exist == t.oss.unreachable);
    }
}

TEST_CASE("the parts of a stream are kept only with its grant, for nobody can hand that in again")
{
    for (bool const keep_grant : {true, false})
    {
        CAPTURE(keep_grant);
        resume_fixture t;
        t.is_of_stream = true;
        t.options.keep_grant = keep_grant;
        t.what_happens = [](fake_oss::call const& c) {
            return c.is_part() && c.query.at("partNumber") == "5" ? fault::denied : fault::none;
        };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        CHECK(got.error().service_code == "AccessDenied");
        CHECK(t.oss.open_uploads.size() == (keep_grant ? 1 : 0));
        CHECK(t.is_there() == keep_grant);
        CHECK(got.error().upload_id.empty() == !keep_grant);
    }
}

TEST_CASE("a stream's grant that ends with a part on the wire leaves nothing, for no resume could succeed")
{
    resume_fixture t;
    t.use(std::make_shared<skipping_clock>());
    t.oss.time = t.env.clock.get();
    t.is_of_stream = true;
    t.options.keep_grant = true;
    t.grant.expires_in = 60s;
    t.what_happens = [](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "5" ? fault::silent : fault::none;
    };
    auto const got = t.attempt();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    CHECK(got.error().upload_id.empty());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}
