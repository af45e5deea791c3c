#include "cli/work_context.hpp"

#include <doctest/doctest.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace asio = boost::asio;
using namespace sluice;
using namespace std::chrono_literals;

namespace
{

bool no_hurry() noexcept
{
    return false;
}

bool great_hurry() noexcept
{
    return true;
}

// Work of a context on another thread, which ends when it is released.
class blocked_call
{
public:
    explicit blocked_call(cli::work_context& context)
        : thread_([tracked = tracked(context), released = release_.get_future()] { released.wait(); })
    {}
    blocked_call(blocked_call const&) = delete;
    blocked_call& operator=(blocked_call const&) = delete;
    ~blocked_call()
    {
        release();
        thread_.join();
    }

    void release()
    {
        if (!std::exchange(is_released_, true))
            release_.set_value();
    }

private:
    static asio::any_io_executor tracked(cli::work_context& context)
    {
        return asio::prefer(
            asio::any_io_executor(context.get().get_executor()), asio::execution::outstanding_work.tracked);
    }

    bool is_released_ = false;
    std::promise<void> release_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("what the work leaves to do is done, however many steps it takes")
{
    cli::work_context context(1h, &no_hurry);
    int steps = 0;
    auto const step = [&](auto const& again) -> void {
        if (++steps < 100)
            asio::post(context.get(), [&, again] { again(again); });
    };
    asio::post(context.get(), [&] {
        context.work_is_done();
        step(step);
    });
    context.run();
    CHECK(steps == 100);
}

TEST_CASE("a call that blocks is waited for when it ends soon")
{
    cli::work_context context(1h, &no_hurry);
    blocked_call call(context);
    asio::post(context.get(), [&] {
        context.work_is_done();
        asio::post(context.get(), [&] { call.release(); });
    });
    context.run();
    CHECK(context.get().stopped());  // nothing was left to do
}

TEST_CASE("a call that goes on to block is left behind, and so it is in a hurry")
{
    struct row
    {
        char const* what;
        std::chrono::milliseconds patience;
        bool (*hurry)() noexcept;
    };
    row const rows[] = {{"patience has ended", 0ms, &no_hurry}, {"hurry", 1h, &great_hurry}};
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto context = std::make_unique<cli::work_context>(r.patience, r.hurry);
        blocked_call const call(*context);
        asio::post(context->get(), [&] { context->work_is_done(); });
        context->run();
        CHECK_FALSE(context->get().stopped());
        CHECK(cli::work_context::left_something());
        context.reset();  // returns, though the call blocks
    }
}
