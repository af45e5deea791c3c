#include "emulator_fixture.hpp"
#include "passing_time.hpp"

#include <sluice/upload_handle.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <filesystem>
#include <iterator>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

namespace
{

auto threads_of_this_process()
{
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

}  // namespace

TEST_CASE("hundreds of uploads under way at once need no thread more than one")
{
    constexpr std::size_t many = 500;
    std::atomic<bool> holds = false;
    std::atomic<unsigned> held = 0;
    auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    emulated world([&](emulator::config& c) {
        c.clock = time;  // which stands still, and so do answers that are to come later
        c.idle_timeout = std::chrono::milliseconds(0);
        c.on_request = [&](emulator::request_event const&) {
            fault f;
            f.delay = std::chrono::milliseconds(holds ? 1 : 0);
            held += holds ? 1 : 0;
            return f;
        };
    });
    std::string const small(1000, 's');
    std::string const large(150'000, 'l');
    memory_source from_small(asio::buffer(small));
    memory_source from_large(asio::buffer(large));
    asio::io_context context;
    auto sdk = std::make_unique<client>(context.get_executor(), world.config());

    outcome<receipt> first;
    sdk->async_upload(world.grant("first"), from_large, in_parts(), first.keep());
    while (!first.got)
        context.run_one();
    REQUIRE(first.got->has_value());
    auto const before = threads_of_this_process();

    holds = true;
    std::deque<upload_handle> handles(many);
    std::size_t done = 0;
    std::size_t stored = 0;
    auto most = before;
    for (std::size_t i = 0; i < many; ++i)
    {
        auto options = in_parts();
        options.handle = &handles[i];
        auto& from = i % 20 == 0 ? from_large : from_small;
        sdk->async_upload(world.grant("many/" + std::to_string(i)), from, options, [&](result<receipt> const& r) {
            stored += r.has_value() ? 1 : 0;
            most = std::max(most, threads_of_this_process());
            if (++done == many)
                sdk.reset();
        });
    }
    auto const are_running = [&] {
        auto const runs = [](upload_handle const& h) { return h.status().now == upload_status::phase::running; };
        return std::ranges::all_of(handles, runs);
    };
    run_until(context, [&] { return held >= 20 && are_running(); });
    CHECK(done == 0);
    CHECK(threads_of_this_process() == before);

    holds = false;
    run_out(context, *time);
    CHECK(done == many);
    CHECK(stored == many);
    CHECK(most == before);
}
