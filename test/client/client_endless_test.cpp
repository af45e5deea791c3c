#include "emulator_fixture.hpp"

#include <sluice/upload_handle.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace
{

// A camera that nobody switches off: at some point it asks for the upload to be stopped, and gives more, or nothing any
// more and no end either.
struct endless_camera
{
    asio::awaitable<result<std::size_t>> read(asio::mutable_buffer to)
    {
        auto const ex = co_await asio::this_coro::executor;
        if (given >= stop_after && !std::exchange(asked, true))
            asio::post(ex, [this] { stop(); });
        if (asked && falls_silent)
        {
            asio::steady_timer never(ex, asio::steady_timer::time_point::max());
            co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
            co_return error(asio::error::operation_aborted);
        }
        auto const size = std::min<std::size_t>(to.size(), 20'000);
        std::memset(to.data(), 'c', size);
        given += size;
        co_return size;
    }

    std::size_t stop_after = 0;
    bool falls_silent = false;
    std::function<void()> stop;
    std::size_t given = 0;
    bool asked = false;
};

}  // namespace

TEST_CASE("a stream without an end ends when it is stopped, however that is, and leaves nothing")
{
    enum class way
    {
        signal,
        handle,
        abort_by_handle,
        destruction
    };
    emulated world;
    for (auto const how : {way::signal, way::handle, way::abort_by_handle, way::destruction})
        for (bool const falls_silent : {false, true})
            for (std::size_t const stop_after : {0u, 60'000u, 1'000'000u})
            {
                CAPTURE(static_cast<int>(how));
                CAPTURE(falls_silent);
                CAPTURE(stop_after);
                asio::io_context context;
                auto config = world.config();
                config.ims_endpoint = world.server().ims_url();
                config.oss_endpoint = world.server().oss_url();
                config.memory_limit = 2 * mib;
                auto sdk = std::make_unique<client>(context.get_executor(), config);
                asio::cancellation_signal signal;
                upload_handle handle;
                endless_camera camera;
                camera.stop_after = stop_after;
                camera.falls_silent = falls_silent;
                camera.stop = [&] {
                    if (how == way::signal)
                        signal.emit(asio::cancellation_type::terminal);
                    else if (how == way::destruction)
                        sdk.reset();
                    else
                        handle.cancel(how == way::handle ? on_cancel::by_options : on_cancel::abort);
                };
                function_source from("camera", [&](asio::mutable_buffer to) { return camera.read(to); });
                upload_options options;
                options.stream_part_size = 100 * kib;
                options.handle = &handle;
                outcome<receipt> up;
                sdk->async_upload_stream(stream_request("media"), from, options,
                    asio::bind_cancellation_slot(signal.slot(), [&](result<receipt> r) {
                        up.got = std::move(r);
                        sdk.reset();
                    }));
                context.run();
                REQUIRE(up.got.has_value());
                REQUIRE(up.got->has_error());
                CHECK(up.failure().code == asio::error::operation_aborted);
                CHECK(up.failure().upload_id.empty());
                CHECK(camera.given >= stop_after);
                CHECK(handle.status().now == upload_status::phase::ended);
                CHECK(world.server().open_uploads().empty());
                CHECK(world.server().objects().empty());
            }
}
