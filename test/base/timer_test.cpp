#include "base/timer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <exception>
#include <optional>
#include <thread>

using namespace sluice;
using namespace std::chrono_literals;

namespace
{

constexpr system_time start{std::chrono::seconds(1774857930)};

asio::awaitable<bool> wait(sluice::clock& c, std::chrono::nanoseconds delay)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await wait_for(c, delay);
}

// Waits after one turn of the loop, which a cancellation may use.
asio::awaitable<bool> wait_after_a_turn(sluice::clock& c, std::chrono::nanoseconds delay)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::post(asio::use_awaitable);
    co_return co_await wait_for(c, delay);
}

auto store(std::optional<bool>& to)
{
    return [&to](std::exception_ptr const& failure, bool elapsed) {
        if (!failure)
            to = elapsed;
    };
}

void poll(asio::io_context& context)
{
    context.restart();
    context.poll();
}

}  // namespace

TEST_CASE("wait_for is true when its time has passed")
{
    asio::io_context context;
    manual_clock c(start);
    std::optional<bool> elapsed;
    asio::co_spawn(context, wait(c, 5s), store(elapsed));
    poll(context);
    CHECK(c.waiting() == 1);
    c.advance(4999ms);
    poll(context);
    CHECK(!elapsed);
    c.advance(1ms);
    poll(context);
    CHECK(elapsed == true);
}

TEST_CASE("wait_for returns at once for a delay of nothing or less")
{
    for (auto const delay : {0ns, -5ns})
    {
        asio::io_context context;
        manual_clock c(start);
        std::optional<bool> elapsed;
        asio::co_spawn(context, wait(c, delay), store(elapsed));
        poll(context);
        CHECK(elapsed == true);
    }
}

TEST_CASE("wait_for is false when it is cancelled, before or while it waits")
{
    for (bool const early : {true, false})
    {
        CAPTURE(early);
        asio::io_context context;
        manual_clock c(start);
        asio::cancellation_signal signal;
        std::optional<bool> elapsed;
        asio::co_spawn(context, wait_after_a_turn(c, 1h), asio::bind_cancellation_slot(signal.slot(), store(elapsed)));
        if (early)
            context.poll_one();  // the coroutine runs until its first turn ends
        else
            context.poll();
        CHECK(c.waiting() == (early ? 0 : 1));
        signal.emit(asio::cancellation_type::terminal);
        poll(context);
        CHECK(elapsed == false);
    }
}

TEST_CASE("wait_for takes a delay that no clock can hold")
{
    asio::io_context context;
    manual_clock c(start);
    c.advance(1h);
    asio::cancellation_signal signal;
    std::optional<bool> elapsed;
    asio::co_spawn(
        context, wait(c, std::chrono::nanoseconds::max()), asio::bind_cancellation_slot(signal.slot(), store(elapsed)));
    poll(context);
    CHECK(c.waiting() == 1);
    signal.emit(asio::cancellation_type::terminal);
    poll(context);
    CHECK(elapsed == false);
}

TEST_CASE("a manual clock is moved by one thread while another waits on it")
{
    static constexpr int rounds = 2000;
    asio::io_context context;
    manual_clock c(start);
    std::atomic<bool> done = false;
    int passed = 0;
    auto waits = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < rounds; ++i)
            passed += co_await wait_for(c, 1ms) ? 1 : 0;
    };
    asio::co_spawn(context, waits, [&done](std::exception_ptr const&) { done = true; });
    std::thread runner([&context] { context.run(); });
    while (!done)
    {
        c.advance(1ms);
        std::this_thread::yield();
    }
    runner.join();
    CHECK(passed == rounds);
}
