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
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return error(asio::error::operation_aborted);
    if (is_grant_over())
        co_return life_.ended_early();
    if (clock_.steady_now() >= deadline_)
        co_return error(errc::deadline_exceeded);
    co_return result<void>();
}

steady_time step_gate::until() const
{
    return std::min(deadline_, life_.stop());
}

error step_gate::told(error e) const
{
    if (e.code != errc::deadline_exceeded || !is_grant_over())
        return e;
    auto why = life_.ended_early();
    e.code = why.code;
    e.message = std::move(why.message);
    e.recommendation = std::move(why.recommendation);
    return e;
}

bool step_gate::is_grant_over() const
{
    auto const stop = life_.stop();
    return stop < deadline_ && stop <= clock_.steady_now();
}

}  // namespace sluice::upload
