#include "base/timer.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sluice
{

namespace
{

// A delay too long for the clock means for ever.
steady_time after(steady_time now, std::chrono::nanoseconds delay)
{
    auto const longest = steady_time::max() - now;
    return delay >= longest ? steady_time::max() : now + std::chrono::duration_cast<steady_time::duration>(delay);
}

}  // namespace

asio::awaitable<bool> wait_for(clock& c, std::chrono::nanoseconds delay)
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return false;  // a cancellation before the wait would not end it

    auto const ex = co_await asio::this_coro::executor;
    auto const when = after(c.steady_now(), delay);
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    auto wait = [&](auto handler) { c.async_wait_until(when, ex, std::move(handler)); };
    co_await asio::async_initiate<decltype(token), void(boost::system::error_code)>(wait, token);
    co_return !failure;
}

}  // namespace sluice
