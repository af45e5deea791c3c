#include "emulator_fixture.hpp"
#include "support/patterned.hpp"

#include <sluice/upload_handle.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

namespace
{

// An upload of parts so slow that it will be under way whenever it is looked at: a byte a second, so eleven days.
void begin_slowly(emulated const& world, client& sdk, source& from, upload_handle& handle, outcome<receipt>& done)
{
    auto options = in_parts();
    options.handle = &handle;
    options.bandwidth = 1;
    sdk.async_upload(world.grant("steered"), from, options, done.keep());
}

asio::awaitable<void> wait_for_it(std::function<bool()> const& happened)
{
    while (!happened())
        co_await asio::post(asio::use_awaitable);
}

}  // namespace

TEST_CASE("a handle pauses an upload before it begins, lets it go on, and tells where it is")
{
    std::atomic<unsigned> requests = 0;
    emulated world([&](emulator::request_event const&) {
        ++requests;
        return fault();
    });
    auto const content = patterned(1'000'000);
    for (bool const as_put : {false, true})
    {
        CAPTURE(as_put);
        with_client(world, [&](client& sdk) -> asio::awaitable<void> {
            upload_handle handle;
            CHECK(handle.status().now == upload_status::phase::not_begun);
            handle.pause();
            memory_source from(asio::buffer(content));
            auto options = in_parts();
            options.handle = &handle;
            if (as_put)
                options.multipart_threshold = content.size();
            auto const before = requests.load();
            std::optional<result<receipt>> done;
            sdk.async_upload(
                world.grant("steered"), from, options, [&](result<receipt> r) { done.emplace(std::move(r)); });
            co_await wait_for_it([&] { return handle.status().now == upload_status::phase::paused; });
            for (int turn = 0; turn < 1000; ++turn)
                co_await asio::post(asio::use_awaitable);
            CHECK(requests == before);
            CHECK_FALSE(done.has_value());

            handle.resume();
            co_await wait_for_it([&] { return done.has_value(); });
            CHECK(done->has_value());
            auto const last = handle.status();
            CHECK(last.now == upload_status::phase::ended);
            CHECK(last.progress.bytes_confirmed == content.size());
            CHECK(last.progress.bytes_total == content.size());
        });
        CHECK(world.server().object("b-ucket", "steered") == content);
    }
}

TEST_CASE("the bandwidth of an upload under way is changed by its handle, from next to nothing to no limit")
{
    emulated world;
    auto const content = patterned(1'000'000);
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        upload_handle handle;
        memory_source from(asio::buffer(content));
        outcome<receipt> done;
        begin_slowly(world, sdk, from, handle, done);
        co_await wait_for_it([&] { return world.server().open_uploads().size() == 1; });
        CHECK_FALSE(done.got.has_value());
        handle.set_bandwidth(0);
        co_await wait_for_it([&] { return done.got.has_value(); });
        CHECK(done.got->has_value());
    });
    CHECK(world.server().object("b-ucket", "steered") == content);
}

TEST_CASE("what a cancelled upload leaves is for its handle to say")
{
    for (auto const what : {on_cancel::abort, on_cancel::keep})
    {
        emulated world;
        auto const content = patterned(1'000'000);
        with_client(world, [&](client& sdk) -> asio::awaitable<void> {
            upload_handle handle;
            memory_source from(asio::buffer(content));
            outcome<receipt> done;
            begin_slowly(world, sdk, from, handle, done);
            co_await wait_for_it([&] { return handle.status().progress.parts_total > 0; });
            co_await wait_for_it([&] { return world.server().open_uploads().size() == 1; });
            handle.cancel(what);
            co_await wait_for_it([&] { return done.got.has_value(); });
            CHECK(done.failure().code == asio::error::operation_aborted);
            CHECK(done.failure().upload_id.empty() == (what == on_cancel::abort));
        });
        CHECK(world.server().open_uploads().size() == (what == on_cancel::keep ? 1 : 0));
    }
}

TEST_CASE("a large upload does not starve small ones of connections or memory")
{
    emulated world;
    auto const large = patterned(40'000'000);  // 400 parts
    auto const small = patterned(10'000);
    auto const little = [](client_config& c) {
        c.memory_limit = 4 * mib;
        c.limits.deadline = std::chrono::minutes(5);
    };
    auto const work = [&](client& sdk) -> asio::awaitable<void> {
        upload_handle handle;
        memory_source from_large(asio::buffer(large));
        memory_source from_small(asio::buffer(small));
        auto options = in_parts();
        options.parts_in_flight = 100;
        options.handle = &handle;
        std::optional<result<receipt>> large_done;
        sdk.async_upload(
            world.grant("large"), from_large, options, [&](result<receipt> r) { large_done.emplace(std::move(r)); });
        co_await wait_for_it([&] { return handle.status().progress.parts_confirmed > 0; });

        std::vector<upload_job> jobs;
        jobs.reserve(100);
        for (int i = 0; i < 100; ++i)
            jobs.emplace_back(world.grant("small/" + std::to_string(i)), from_small, in_parts());
        auto const all = (co_await sdk.async_upload_all(jobs, 100)).value();
        CHECK(std::ranges::all_of(all, [](auto const& one) { return one.has_value(); }));
        CHECK_FALSE(large_done.has_value());
        co_await wait_for_it([&] { return large_done.has_value(); });
        CHECK(large_done->has_value());
    };
    with_client(world, work, little);
    CHECK(world.server().object("b-ucket", "large") == large);
}
