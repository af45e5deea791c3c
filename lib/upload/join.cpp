#include "upload/join.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace sluice::upload
{

namespace
{

asio::awaitable<result<void>> with_error_codes(asio::awaitable<result<void>> work)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await std::move(work);
}

struct at_first_failure
{
    asio::cancellation_type_t operator()(std::exception_ptr const& thrown, result<void> const& r) const noexcept
    {
        return thrown || r.has_error() ? asio::cancellation_type::terminal : asio::cancellation_type::none;
    }
};

}  // namespace

asio::awaitable<result<void>> join_until_first_failure(std::vector<asio::awaitable<result<void>>> work)
{
    auto const ex = co_await asio::this_coro::executor;
    using operation = decltype(asio::co_spawn(ex, std::declval<asio::awaitable<result<void>>>(), asio::deferred));
    std::vector<operation> operations;
    operations.reserve(work.size());
    for (auto& w : work)
        operations.push_back(asio::co_spawn(ex, with_error_codes(std::move(w)), asio::deferred));

    auto group = asio::experimental::make_parallel_group(std::move(operations));
    auto [order, thrown, results] = co_await group.async_wait(at_first_failure(), asio::use_awaitable);
    for (auto const i : order)
    {
        if (thrown[i])
            std::rethrow_exception(thrown[i]);
        if (!results[i])
            co_return std::move(results[i]).error();
    }
    co_return result<void>();
}

}  // namespace sluice::upload
