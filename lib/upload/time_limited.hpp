#pragma once

#include "base/timer.hpp"
#include "upload/as_error_codes.hpp"

#include <sluice/clock.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace sluice::upload
{

namespace asio = boost::asio;

// What comes of `work`; nothing when it was cancelled because the time was over. It is joined either way, so that it
// may refer to what its caller holds. A cancellation of the caller reaches it, as error codes, unless it came before:
// that is for the caller to look at.
template <class T>
asio::awaitable<std::optional<T>> time_limited(asio::awaitable<T> work, clock& c, steady_time until)
{
    using namespace asio::experimental::awaitable_operators;
    if (until == steady_time::max())
        co_return co_await std::move(work);
    auto const left = until - c.steady_now();
    auto first = co_await (as_error_codes(std::move(work)) || as_error_codes(wait_for(c, left)));
    if (first.index() == 0)
        co_return std::get<0>(std::move(first));
    co_return std::nullopt;
}

}  // namespace sluice::upload
