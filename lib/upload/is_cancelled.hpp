#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

namespace sluice::upload
{

namespace asio = boost::asio;

// Whether the coroutine that asks was cancelled: what it begins after that would not hear of it.
inline asio::awaitable<bool> is_cancelled()
{
    auto const state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace sluice::upload
