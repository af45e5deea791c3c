#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace sluice::net
{

namespace asio = boost::asio;

// Wakes one coroutine. A timer that never expires by itself: its service keeps who waits, so that an execution context
// can be destroyed at any time without coroutines that keep each other, and may be notified even then (a channel not).
class wake_signal
{
public:
    explicit wake_signal(asio::any_io_executor const& ex) : timer_(ex, std::chrono::steady_clock::time_point::max()) {}

    // Resumes the waiter in a later turn; forgotten when nobody waits.
    void notify() { notified_ = timer_.cancel_one() != 0 || notified_; }

    // `co_await s.wait(); bool const woken = s.was_notified();`: not, when cancelled first. In two steps, for a
    // coroutine of its own around the timer would need memory for each wait.
    [[nodiscard]] auto wait() { return timer_.async_wait(asio::as_tuple(asio::deferred)); }
    [[nodiscard]] bool was_notified() noexcept { return std::exchange(notified_, false); }

    asio::awaitable<void> wait_whatever_is_cancelled()
    {
        auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::as_tuple(asio::use_awaitable));
        co_await timer_.async_wait(std::move(token));
        notified_ = false;
    }

private:
    asio::steady_timer timer_;
    bool notified_ = false;
};

}  // namespace sluice::net
