#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

struct steering_fixture : transfer_fixture
{
    std::shared_ptr<upload::control> handle = std::make_shared<upload::control>();

    steering_fixture()
    {
        steering = handle.get();
        options.parts_in_flight = 1;
    }

    void steer()
    {
        handle->begin(context.get_executor(), env.clock, [this] { stop.emit(asio::cancellation_type::terminal); });
    }

    // The upload that is steered, beside the test. Its handle ends with it.
    void begin(upload::order const& what, std::optional<result<receipt>>& done)
    {
        asio::co_spawn(context, upload::as_error_codes(upload::transfer(env, what, costs)),
            [this, &done](std::exception_ptr const&, result<receipt> r) {
                done = std::move(r);
                handle->end();
            });
    }
};

}  // namespace

TEST_CASE("a paused upload begins no part until it is resumed, and then ends well")
{
    steering_fixture t;
    t.steer();
    unsigned paused_at = 0;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_part() && c.query.at("partNumber") == "3")
        {
            t.handle->pause();
            paused_at = c.number;
        }
        return fault::none;
    };
    memory_source from(asio::buffer(t.content));
    auto const plan = upload::open_and_plan(from, t.options).value();
    std::optional<result<receipt>> done;
    t.begin(t.order_of(from, plan), done);
    t.context.poll();
    CHECK_FALSE(done.has_value());
    CHECK(t.handle->status().now == upload_status::phase::paused);
    CHECK(t.oss.calls == paused_at + 1);
    CHECK(t.handle->status().progress.parts_confirmed == 3);

    t.handle->resume();
    t.context.run();
    REQUIRE(done.has_value());
    CHECK(done->has_value());
    CHECK(t.delivered());
    CHECK(t.handle->status().now == upload_status::phase::ended);
    CHECK(t.handle->status().progress.bytes_confirmed == t.content.size());
}

TEST_CASE("a handle steers the upload that it was given to last, and leaves the one before to itself")
{
    detail::handle_state handle;
    steering_fixture t;
    t.handle = handle.for_next_upload();
    t.steering = t.handle.get();
    handle.current()->pause();
    handle.current()->set_bandwidth(7);
    t.steer();
    memory_source from(asio::buffer(t.content));
    auto const plan = upload::open_and_plan(from, t.options).value();
    std::optional<result<receipt>> done;
    t.begin(t.order_of(from, plan), done);
    t.context.poll();
    CHECK(handle.current()->status().now == upload_status::phase::paused);

    auto const next = handle.for_next_upload();
    CHECK(next != t.handle);
    CHECK(handle.current() == next);
    CHECK(next->is_paused());
    CHECK(next->bandwidth(100).get() == 7);
    t.handle->set_bandwidth(0);
    t.context.run();
    REQUIRE(done.has_value());
    CHECK(done->has_value());
    CHECK(next->is_paused());
    CHECK(handle.current()->status().now == upload_status::phase::not_begun);
}

TEST_CASE("a paused put keeps no other from its bucket")
{
    steering_fixture t;
    t.env.turns = upload::turnstile::make(t.context.get_executor(), t.env.clock, 1);
    t.options.multipart_threshold = mib;
    t.steer();
    t.handle->pause();
    memory_source from(asio::buffer(t.content));
    auto const plan = upload::open_and_plan(from, t.options).value();
    auto const paused = t.order_of(from, plan);
    t.steering = nullptr;
    auto const free = t.order_of(from, plan);
    std::optional<result<receipt>> first;
    std::optional<result<receipt>> second;
    upload::toll costs;
    t.begin(paused, first);
    asio::co_spawn(t.context, upload::as_error_codes(upload::transfer(t.env, free, costs)),
        [&](std::exception_ptr const&, result<receipt> r) { second = std::move(r); });
    t.context.poll();
    CHECK_FALSE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(second->has_value());

    t.handle->resume();
    t.context.run();
    REQUIRE(first.has_value());
    CHECK(first->has_value());
}

TEST_CASE("a deadline ends a paused upload, too")
{
    steering_fixture t;
    t.use(std::make_shared<skipping_clock>());
    t.steer();
    t.handle->pause();
    auto const got = t.send(t.time->steady_now() + 60s);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a handle tells the rate of late, and the time that is left at that rate")
{
    asio::io_context context;
    auto const time = std::make_shared<manual_clock>(system_time(1'774'857'930s));
    upload::control handle;
    handle.begin(context.get_executor(), time, [] {});
    upload_progress progress;
    progress.bytes_total = 10'000;
    CHECK_FALSE(handle.status().time_left.has_value());
    for (int second = 0; second < 4; ++second)
    {
        progress.bytes_sent += 1000;
        progress.bytes_confirmed += 1000;
        handle.note(progress, 1000);
        time->advance(1s);
    }
    auto const told = handle.status();
    CHECK(told.now == upload_status::phase::running);
    CHECK(told.bytes_per_second == doctest::Approx(1000));
    CHECK(told.time_left == 6s);
    handle.end();
}
