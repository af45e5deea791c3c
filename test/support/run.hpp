#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace sluice::test
{

// Far more than any test needs, also with sanitizers on a busy machine: what is not over by then hangs.
inline constexpr std::chrono::seconds patience{60};

// Turns the loop until `done` says so; a failed test case when that takes for ever.
template <class Predicate>
void run_until(boost::asio::io_context& loop, Predicate const& done)
{
    auto const give_up = std::chrono::steady_clock::now() + patience;
    loop.restart();
    while (!done())
    {
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < give_up, "the test hangs");
        if (loop.run_one_for(std::chrono::milliseconds(100)) == 0)
            loop.restart();
    }
}

// Runs the coroutine to its end, and the loop with it. Cancelling arrives in it as error codes.
template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> body)
{
    std::optional<T> outcome;
    auto ended = false;
    std::exception_ptr thrown;
    auto const whole = [&]() -> boost::asio::awaitable<void> {
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        outcome.emplace(co_await std::move(body));
    };
    boost::asio::co_spawn(loop, whole(), [&](std::exception_ptr const& e) {
        thrown = e;
        ended = true;
    });
    run_until(loop, [&] { return ended; });
    if (thrown)
        std::rethrow_exception(thrown);
    return std::move(*outcome);
}

inline void run(boost::asio::io_context& loop, boost::asio::awaitable<void> body)
{
    auto ended = false;
    std::exception_ptr thrown;
    auto const whole = [&]() -> boost::asio::awaitable<void> {
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        co_await std::move(body);
    };
    boost::asio::co_spawn(loop, whole(), [&](std::exception_ptr const& e) {
        thrown = e;
        ended = true;
    });
    run_until(loop, [&] { return ended; });
    if (thrown)
        std::rethrow_exception(thrown);
}

}  // namespace sluice::test
