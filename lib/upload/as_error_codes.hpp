#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace sluice::upload
{

namespace asio = boost::asio;

// For a coroutine that is spawned: cancelling it arrives as error codes, not as an exception.
template <class T>
asio::awaitable<T> as_error_codes(asio::awaitable<T> work)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await std::move(work);
}

}  // namespace sluice::upload
