#pragma once

#include <sluice/grant_refresher.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sluice::test
{

// Gives no answer until it is cancelled.
class silent_refresher final : public grant_refresher
{
public:
    asio::awaitable<result<upload_grant>> refresh(upload_grant const&) override
    {
        ++asked;
        asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return error(asio::error::operation_aborted);
    }

    unsigned asked = 0;
};

}  // namespace sluice::test
