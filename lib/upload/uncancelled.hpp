#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace sluice::upload
{

namespace asio = boost::asio;

// Awaits `work` to its end, whatever has been cancelled before or is meanwhile.
template <class T>
asio::awaitable<T> uncancelled(asio::awaitable<T> work)
{
    auto const ex = co_await asio::this_coro::executor;
    co_return co_await asio::co_spawn(
        ex, std::move(work), asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

}  // namespace sluice::upload
