#pragma once

#include "client/client_impl.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <exception>
#include <new>

namespace sluice
{

namespace detail
{

// Only what a bug or the end of memory can throw comes here: everything foreseen is an error already.
inline error error_of(std::exception_ptr const& thrown)
{
    try
    {
        std::rethrow_exception(thrown);
    }
    catch (std::bad_alloc const&)
    {
        return {make_error_code(boost::system::errc::not_enough_memory)};
    }
    catch (std::exception const& e)
    {
        return {make_error_code(boost::system::errc::state_not_recoverable), e.what()};
    }
}

// Hands a result over to the caller's handler, on the caller's executor and outside the strand: what the caller does
// next must not hold up the other calls.
template <class T>
class delivery_to_caller
{
public:
    delivery_to_caller(asio::any_completion_handler<void(result<T>)> handler, asio::any_io_executor const& fallback,
        std::shared_ptr<running_operation> op)
        : handler_(std::move(handler)),
          executor_(asio::prefer(
              asio::get_associated_executor(handler_, fallback), asio::execution::outstanding_work.tracked)),
          fallback_(fallback),
          op_(std::move(op))
    {}

    void operator()(std::exception_ptr const& thrown, result<T> r)
    {
        if (thrown)
            r = error_of(thrown);
        auto slot = asio::get_associated_cancellation_slot(handler_);
        asio::post(fallback_,
            asio::bind_executor(executor_, [handler = std::move(handler_), slot, r = std::move(r)]() mutable {
                if (slot.is_connected())
                    slot.clear();
                std::move(handler)(std::move(r));
            }));
    }

private:
    asio::any_completion_handler<void(result<T>)> handler_;
    asio::any_completion_executor executor_;
    asio::any_io_executor fallback_;
    std::shared_ptr<running_operation> op_;  // its signal is what the coroutine listens to
};

}  // namespace detail

// Keeps an operation in the list of those under way, as long as its coroutine exists.
class client::impl::registration
{
public:
    registration(impl& in, running_operation& op) : op_(op) { in.running_.push_back(op); }
    registration(registration const&) = delete;
    registration& operator=(registration const&) = delete;
    ~registration() { op_.unlink(); }

private:
    running_operation& op_;
};

template <class T>
void client::impl::start(asio::any_completion_handler<void(result<T>)> handler, asio::awaitable<result<T>> work)
{
    auto op = std::make_shared<running_operation>(strand_);
    op->listen_to(asio::get_associated_cancellation_slot(handler));
    asio::co_spawn(strand_, run(shared_from_this(), op, std::move(work)),
        asio::bind_cancellation_slot(op->slot(), detail::delivery_to_caller<T>(std::move(handler), executor_, op)));
}

template <class T>
asio::awaitable<result<T>> client::impl::run(
    std::shared_ptr<impl> self, std::shared_ptr<running_operation> op, asio::awaitable<result<T>> work)
{
    // Cancelling arrives as error codes, so that operations can clean up.
    co_await asio::this_coro::throw_if_cancelled(false);
    result<T> done = error(asio::error::operation_aborted);
    if (!self->closed_ && !op->stopped())
    {
        registration const listed(*self, *op);
        self->note_stats();
        done = co_await std::move(work);
    }
    self->ended();
    if (!done && op->stopped())
    {
        // Whatever failed first or last on the way out: the caller asked for it.
        auto e = done.error();
        e.code = asio::error::operation_aborted;
        co_return e;
    }
    co_return done;
}

}  // namespace sluice
