#include "upload/blocking_call.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace sluice::upload
{

namespace
{

using boost::system::error_code;
using handler = asio::any_completion_handler<void(error_code)>;

// The coroutine that waits, resumed once: when the job has ended or when it is cancelled. On its own executor only.
class waiter
{
public:
    waiter(handler h, asio::any_io_executor home) : handler_(std::move(h)), home_(std::move(home)) {}

    void finish(error_code code)
    {
        if (!handler_)
            return;
        auto h = std::move(handler_);
        asio::post(home_, asio::append(std::move(h), code));
    }

private:
    handler handler_;
    asio::any_io_executor home_;
};

void start(handler h, std::shared_ptr<blocking_job> work, asio::any_io_executor const& home,
    asio::any_io_executor const& blocking)
{
    auto slot = asio::get_associated_cancellation_slot(h);
    auto waiting = std::make_shared<waiter>(std::move(h), home);
    if (slot.is_connected())
        slot.assign([weak = std::weak_ptr(waiting)](asio::cancellation_type) {
            if (auto const w = weak.lock())
                w->finish(asio::error::operation_aborted);
        });

    asio::any_io_executor tracked = asio::prefer(home, asio::execution::outstanding_work.tracked);
    asio::post(
        blocking, [work = std::move(work), waiting = std::move(waiting), tracked = std::move(tracked)]() mutable {
            work->run();
            asio::post(tracked, [waiting = std::move(waiting)] { waiting->finish({}); });
        });
}

}  // namespace

asio::awaitable<bool> run_blocking(std::shared_ptr<blocking_job> work, asio::any_io_executor blocking)
{
    auto const home = co_await asio::this_coro::executor;
    auto initiate = [&](auto h) { start(std::move(h), work, home, blocking); };
    auto const [code] =
        co_await asio::async_initiate<asio::as_tuple_t<asio::use_awaitable_t<>> const, void(error_code)>(
            initiate, asio::as_tuple(asio::use_awaitable));
    co_return !code;
}

}  // namespace sluice::upload
