#pragma once

#include "base/timer.hpp"
#include "upload/as_error_codes.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace sluice::upload
{

namespace asio = boost::asio;

namespace detail
{

template <class T>
struct outliving
{
    asio::cancellation_signal stop;   // ends the work
    asio::cancellation_signal ended;  // the work has: ends the grace
    bool done = false;
    T value{};
};

// Not cancelled with its caller: `work` listens to state.stop alone.
template <class T>
asio::awaitable<void> keep_value(outliving<T>& state, asio::awaitable<T> work)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const ex = co_await asio::this_coro::executor;
    state.value = co_await asio::co_spawn(
        ex, as_error_codes(std::move(work)), asio::bind_cancellation_slot(state.stop.slot(), asio::use_awaitable));
    state.done = true;
    state.ended.emit(asio::cancellation_type::terminal);
}

// Sleeps until cancelled: by the caller, or because the work has ended.
template <class T>
asio::awaitable<void> stop_after_grace(outliving<T>& state, clock& c, std::chrono::nanoseconds grace)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    if (state.done)
        co_return;
    // By a signal of its own: a parallel group hands only the first cancellation down to its members.
    auto const ex = co_await asio::this_coro::executor;
    bool const over = co_await asio::co_spawn(
        ex, as_error_codes(wait_for(c, grace)), asio::bind_cancellation_slot(state.ended.slot(), asio::use_awaitable));
    if (over)
        state.stop.emit(asio::cancellation_type::terminal);
}

}  // namespace detail

// Awaits `work` to its end even when the caller is cancelled meanwhile, but then for no longer than `grace`: after
// that `work` is cancelled too.
template <class T>
asio::awaitable<T> outlive_cancellation(asio::awaitable<T> work, clock& c, std::chrono::nanoseconds grace)
{
    auto const ex = co_await asio::this_coro::executor;
    detail::outliving<T> state;
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(ex, detail::keep_value(state, std::move(work)), asio::deferred),
        asio::co_spawn(ex, detail::stop_after_grace(state, c, grace), asio::deferred));
    auto const [order, failure, ignored] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (failure)
        std::rethrow_exception(failure);
    co_return std::move(state.value);
}

}  // namespace sluice::upload
