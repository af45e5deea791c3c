#include "upload/step_gate.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace sluice::upload
{

asio::awaitable<result<void>> step_gate::pass() const
{
    for (;;)
    {
        if (auto open = co_await look(); !open)
            co_return open.error();
        if (!is_paused())
            break;
        co_await steering_->wait_while_paused(until());
    }
    if (!grant_.is_time_to_renew())
        co_return result<void>();
    auto kept = co_await grant_.keep_alive(deadline_);
    if (!kept)
        co_return kept;
    co_return co_await look();
}

asio::awaitable<result<void>> step_gate::look() const
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return error(asio::error::operation_aborted);
    if (is_grant_over())
        co_return grant_.life().ended_early();
    if (clock_.steady_now() >= deadline_)
        co_return error(errc::deadline_exceeded);
    co_return result<void>();
}

steady_time step_gate::until() const
{
    return grant_.can_renew() ? deadline_ : std::min(deadline_, grant_.life().stop());
}

error step_gate::told(error e) const
{
    if (e.code != errc::deadline_exceeded || !is_grant_over())
        return e;
    auto why = grant_.life().ended_early();
    e.code = why.code;
    e.message = std::move(why.message);
    e.recommendation = std::move(why.recommendation);
    return e;
}

bool step_gate::is_grant_over() const
{
    auto const stop = grant_.life().stop();
    return !grant_.can_renew() && stop < deadline_ && stop <= clock_.steady_now();
}

}  // namespace sluice::upload
