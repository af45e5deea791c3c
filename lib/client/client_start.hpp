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

// A call under way with what comes of it, which is not handed from coroutine to coroutine: that would cost more than
// the call's whole signature.
template <class T>
struct operation : running_operation
{
    using running_operation::running_operation;

    result<T> outcome = error(asio::error::operation_aborted);
};

// Work: makes the coroutine, and holds what this refers to.
template <class T, class Work>
struct operation_at final : operation<T>
{
    operation_at(asio::any_io_executor const& strand, Work w) : operation<T>(strand), work(std::move(w)) {}

    Work work;
};

// Hands the outcome over to the caller's handler, on the caller's executor and outside the strand: what the caller does
// next must not hold up the other calls.
template <class T>
class delivery_to_caller
{
public:
    delivery_to_caller(asio::any_completion_handler<void(result<T>)> handler, asio::any_io_executor const& fallback,
        std::shared_ptr<operation<T>> op)
        : handler_(std::move(handler)),
          executor_(asio::prefer(
              asio::get_associated_executor(handler_, fallback), asio::execution::outstanding_work.tracked)),
          fallback_(fallback),
          op_(std::move(op))
    {}

    void operator()(std::exception_ptr const& thrown)
    {
        if (thrown)
            op_->outcome = error_of(thrown);
        auto slot = asio::get_associated_cancellation_slot(handler_);
        asio::post(fallback_, asio::bind_executor(executor_, [handler = std::move(handler_), slot, op = op_]() mutable {
            if (slot.is_connected())
                slot.clear();
            std::move(handler)(std::move(op->outcome));
        }));
    }

private:
    asio::any_completion_handler<void(result<T>)> handler_;
    asio::any_completion_executor executor_;
    asio::any_io_executor fallback_;
    std::shared_ptr<operation<T>> op_;  // its signal is what the coroutine listens to
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

template <class T, class Work>
void client::impl::start(
    asio::any_completion_handler<void(result<T>)> handler, Work work, std::shared_ptr<upload::control> const& steering)
{
    auto const op = std::make_shared<detail::operation_at<T, Work>>(strand_, std::move(work));
    op->listen_to(asio::get_associated_cancellation_slot(handler));
    if (steering)
        steering->begin(strand_, config_.clock, [weak = std::weak_ptr<running_operation>(op)] {
            if (auto const steered = weak.lock())
                steered->stop();
        });
    asio::co_spawn(strand_, run(shared_from_this(), op),
        asio::bind_cancellation_slot(op->slot(), detail::delivery_to_caller<T>(std::move(handler), executor_, op)));
}

template <class Operation>
asio::awaitable<void> client::impl::run(std::shared_ptr<impl> self, std::shared_ptr<Operation> op)
{
    // Cancelling arrives as error codes, so that operations can clean up.
    co_await asio::this_coro::throw_if_cancelled(false);
    if (!self->closed_ && !op->stopped())
    {
        registration const listed(*self, *op);
        self->note_stats();
        op->outcome = co_await op->work(*self);
    }
    self->ended();
    if (!op->outcome && op->stopped())
    {
        // Whatever failed first or last on the way out: the caller asked for it.
        auto e = op->outcome.error();
        e.code = asio::error::operation_aborted;
        op->outcome = e;
    }
}

}  // namespace sluice
