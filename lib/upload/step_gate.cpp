#include "upload/step_gate.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

namespace sluice::upload
{

asio::awaitable<result<void>> step_gate::pass() const
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return error(asio::error::operation_aborted);
    if (clock_.steady_now() >= until_)
        co_return error(errc::deadline_exceeded);
    co_return result<void>();
}

}  // namespace sluice::upload
