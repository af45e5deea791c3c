#include "emulator/front_connection.hpp"

#include "base/timer.hpp"

#include <boost/asio/this_coro.hpp>

#include <array>
#include <utility>

namespace sluice::emulator
{

asio::awaitable<void> front_connection::write_answers()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!closed_)
    {
        if (queue_.empty())
        {
            if (!reading_)
                co_return;
            co_await changed();
            continue;
        }
        auto& oldest = *queue_.front();
        if (oldest.complete)
        {
            auto const then = co_await write_answer(oldest);
            if (then == after_answer::keep_silent)
                oldest.complete = false;
            else if (then == after_answer::go_on)
                queue_.pop_front();
            else
                break;
            wake_.cancel();
        }
        else if (std::exchange(oldest.wants_continue, false))
        {
            bool const written = co_await write_text("HTTP/1.1 100 Continue\r\n\r\n", {});
            if (!written)
                break;
        }
        else if (reading_)
        {
            co_await changed();
        }
        else
        {
            break;  // it broke off, or is kept silent about
        }
    }
    stop_reading();
}

asio::awaitable<after_answer> front_connection::write_answer(exchange& x)
{
    auto const delay = x.ready - context_->time->steady_now();
    if (delay > delay.zero())
        co_await wait_for(*context_->time, delay);
    if (closed_)
        co_return after_answer::reset;

    auto const answer = x.take_answer();
    // Before the client can know of it: whoever has the answer finds the line.
    x.log(!answer.head.empty());
    if (answer.then == after_answer::reset)
    {
        closed_ = true;
        stream_.reset();
        co_return after_answer::reset;
    }
    if (answer.then == after_answer::keep_silent)
        co_return after_answer::keep_silent;
    bool const written = co_await write_text(answer.head, answer.body);
    co_return written ? answer.then : after_answer::close;
}

asio::awaitable<bool> front_connection::write_text(std::string_view head, std::string_view body)
{
    std::array const data{asio::const_buffer(asio::buffer(head)), asio::const_buffer(asio::buffer(body))};
    writing_ = true;
    auto const failure = co_await stream_.write(data);
    writing_ = false;
    moved();
    co_return !failure && !closed_;
}

}  // namespace sluice::emulator
