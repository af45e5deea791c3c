#pragma once

#include "net/wake_signal.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <list>

namespace sluice::upload
{

namespace asio = boost::asio;

// Wakes everybody who waits for one thing to happen. On one strand; must outlive those who wait.
class bell
{
public:
    explicit bell(asio::any_io_executor ex) : executor_(std::move(ex)) {}

    // False: cancelled first. To be set up so that cancellation arrives as error codes.
    asio::awaitable<bool> wait()
    {
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return false;
        auto const me = waiting_.emplace(waiting_.end(), executor_);
        leaving const at_end{waiting_, me};
        co_await me->wait();
        co_return me->was_notified();
    }

    void ring()
    {
        for (auto& one : waiting_)
            one.notify();
    }

private:
    using waiters = std::list<net::wake_signal>;
    struct leaving
    {
        leaving(waiters& from, waiters::iterator who) : all(from), me(who) {}
        leaving(leaving const&) = delete;
        leaving& operator=(leaving const&) = delete;
        ~leaving() { all.erase(me); }

        waiters& all;
        waiters::iterator me;
    };

    asio::any_io_executor executor_;
    waiters waiting_;
};

}  // namespace sluice::upload
