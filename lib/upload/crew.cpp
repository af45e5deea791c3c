#include "upload/crew.hpp"

#include "net/wake_signal.hpp"
#include "upload/as_error_codes.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <list>
#include <utility>

namespace sluice::upload
{

// Shared with those who work: when the execution context is destroyed, it must not matter who goes first.
struct crew::state
{
    explicit state(asio::any_io_executor const& ex) : executor(ex), all_ended(ex) {}

    struct member
    {
        explicit member(unsigned n) : number(n) {}

        unsigned number;
        asio::cancellation_signal stop;
    };

    // Members that never wait and add the next one would pile up on the stack.
    static asio::awaitable<result<void>> in_a_turn_of_its_own(
        std::shared_ptr<state> self, asio::awaitable<result<void>> work)
    {
        co_await asio::post(self->executor, asio::use_awaitable);
        if (self->over)
            co_return error(asio::error::operation_aborted);
        co_return co_await std::move(work);
    }

    void end(std::list<member>::iterator who, std::exception_ptr const& thrown, result<void> with)
    {
        at_work.erase(who);
        if ((thrown || with.has_error()) && !over)
        {
            exception = thrown;
            stop(std::move(with));
        }
        if (at_work.empty())
            all_ended.notify();
    }

    void stop(result<void> why)
    {
        if (std::exchange(over, true))
            return;
        outcome = std::move(why);
        for (auto& one : at_work)
            one.stop.emit(asio::cancellation_type::terminal);
    }

    asio::any_io_executor executor;
    net::wake_signal all_ended;
    std::list<member> at_work;
    unsigned last_number = 0;
    bool over = false;
    std::exception_ptr exception;
    result<void> outcome;  // of all
};

crew::crew(asio::any_io_executor const& ex) : state_(std::make_shared<state>(ex)) {}

crew::~crew() = default;

void crew::add(asio::awaitable<result<void>> work)
{
    auto const number = ++state_->last_number;
    if (state_->over)
        return;
    auto const who = state_->at_work.emplace(state_->at_work.end(), number);
    auto ended = [s = state_, who](std::exception_ptr const& thrown, result<void> outcome) {
        s->end(who, thrown, std::move(outcome));
    };
    asio::co_spawn(state_->executor, as_error_codes(state::in_a_turn_of_its_own(state_, std::move(work))),
        asio::bind_cancellation_slot(who->stop.slot(), std::move(ended)));
}

std::function<void()> crew::way_to_stop_next() const
{
    return [weak = std::weak_ptr(state_), number = state_->last_number + 1] {
        auto const s = weak.lock();
        if (!s)
            return;
        for (auto& one : s->at_work)
            if (one.number == number)
                return one.stop.emit(asio::cancellation_type::terminal);
    };
}

void crew::stop(error why)
{
    state_->stop(std::move(why));
}

bool crew::has_stopped() const noexcept
{
    return state_->over;
}

asio::awaitable<result<void>> crew::join()
{
    auto const s = state_;
    auto const before = co_await asio::this_coro::cancellation_state;
    bool cancelled = before.cancelled() != asio::cancellation_type::none;
    if (cancelled)
        s->stop(error(asio::error::operation_aborted));
    while (!s->at_work.empty())
    {
        if (cancelled)
        {
            co_await s->all_ended.wait_whatever_is_cancelled();
            continue;
        }
        co_await s->all_ended.wait();
        if (!s->all_ended.was_notified())
        {
            cancelled = true;
            s->stop(error(asio::error::operation_aborted));
        }
    }
    if (s->exception)
        std::rethrow_exception(s->exception);
    co_return s->outcome;
}

}  // namespace sluice::upload
