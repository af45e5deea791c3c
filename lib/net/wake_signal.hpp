#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sluice::net
{

namespace asio = boost::asio;

// Wakes one coroutine. Who waits is kept by the execution context, which can therefore be destroyed at any time without
// a cycle of coroutines that keep each other.
class wake_signal
{
public:
    explicit wake_signal(asio::any_io_executor const& ex) : channel_(ex) {}

    // Resumes the waiter in a later turn; forgotten when nobody waits.
    void notify() noexcept { channel_.try_send(boost::system::error_code()); }

    // False when cancelled first.
    asio::awaitable<bool> wait()
    {
        auto const [ec] = co_await channel_.async_receive(asio::as_tuple(asio::use_awaitable));
        co_return !ec;
    }

    asio::awaitable<void> wait_whatever_is_cancelled()
    {
        auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::as_tuple(asio::use_awaitable));
        co_await channel_.async_receive(std::move(token));
    }

private:
    asio::experimental::channel<void(boost::system::error_code)> channel_;
};

}  // namespace sluice::net
