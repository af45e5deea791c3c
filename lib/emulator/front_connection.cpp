#include "emulator/front_connection.hpp"

#include "base/timer.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::size_t buffer_size = 256UL * 1024;  // bytes
constexpr std::size_t max_unanswered = 64;         // requests read ahead; more stay in the socket

}  // namespace

front_connection::front_connection(
    front_stream stream, std::shared_ptr<front_context> context, service_kind of_port, std::uint64_t number)
    : stream_(std::move(stream)),
      context_(std::move(context)),
      of_port_(of_port),
      number_(number),
      buffer_(buffer_size),
      wake_(stream_.executor(), asio::steady_timer::time_point::max())
{}

asio::awaitable<void> front_connection::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const failure = co_await stream_.handshake();
    if (!failure && !closed_)
    {
        using namespace asio::experimental::awaitable_operators;
        auto both = read_requests() && write_answers();
        co_await std::move(both);
        if (!closed_)
            co_await stream_.close_gracefully();
    }
    stream_.close();
}

void front_connection::close()
{
    closed_ = true;
    stream_.close();
    wake_.cancel();
    cancel_.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> front_connection::changed()
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
    {
        closed_ = true;  // the other half ended with an exception of a hook: nobody would end this wait
        co_return;
    }
    error_code woken;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

void front_connection::stop_reading()
{
    reading_ = false;
    stream_.cancel_reading();
    wake_.cancel();
}

std::span<std::byte const> front_connection::unread() const noexcept
{
    return std::span(buffer_).subspan(begin_, end_ - begin_);
}

asio::awaitable<bool> front_connection::fill_buffer()
{
    if (begin_ > 0)
    {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
        end_ -= std::exchange(begin_, 0);
    }
    auto const size = co_await stream_.read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_));
    end_ += size;
    co_return size > 0 && reading_ && !closed_;
}

asio::awaitable<void> front_connection::read_requests()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    while (reading_ && !closed_)
    {
        while (queue_.size() >= max_unanswered && !closed_ && reading_)
            co_await changed();
        request_parser parser;
        bool go_on = co_await read_head(parser);
        if (go_on)
            go_on = co_await serve(parser);
        if (!go_on)
            break;
    }
    reading_ = false;
    wake_.cancel();
}

asio::awaitable<bool> front_connection::read_head(request_parser& parser)
{
    for (;;)
    {
        begin_ += parser.feed_head(unread());
        if (parser.failed())
        {
            answer_malformed(parser.failure());
            co_return false;
        }
        if (parser.head_done())
            co_return true;
        bool const more = co_await fill_buffer();
        if (!more)
            co_return false;
    }
}

void front_connection::answer_malformed(std::string_view failure)
{
    queue_.push_back(
        std::make_unique<exchange>(*context_, of_port_, stream_.tls(), number_, unanswered() + 1, failure));
    count_in_flight();
}

void front_connection::count_in_flight()
{
    if (unanswered() > context_->max_in_flight)
        context_->max_in_flight = unanswered();
}

asio::awaitable<bool> front_connection::serve(request_parser& parser)
{
    auto head = parser.head();
    head.tls = stream_.tls();
    head.arrived = context_->time->now();
    queue_.push_back(std::make_unique<exchange>(*context_, std::move(head), of_port_, number_, unanswered() + 1));
    auto& x = *queue_.back();  // stays in the queue until it is complete
    x.keep_alive = parser.keep_alive();
    x.wants_continue = parser.expects_continue() && !parser.done();
    count_in_flight();
    if (closed_)  // by the hook
        co_return false;
    if (x.injected() == fault::kind::reset_before)
    {
        x.log(false);
        closed_ = true;
        stream_.reset();
        co_return false;
    }
    bool const go_on = co_await read_body(parser, x);
    wake_.cancel();
    co_return go_on;
}

asio::awaitable<bool> front_connection::read_body(request_parser& parser, exchange& x)
{
    wake_.cancel();  // the client may be waiting for 100 Continue
    while (!parser.done())
    {
        auto const used = parser.feed_body(unread(), x.sink());
        begin_ += used;
        if (used > 0)
            x.wants_continue = false;
        bool const line_too_long = used == 0 && unread().size() == buffer_.size();
        if (parser.failed() || line_too_long)
        {
            x.refuse(parser.failed() ? parser.failure() : "chunk header too long");
            co_return false;
        }
        if (parser.done())
            break;
        bool const more = co_await fill_buffer();
        if (!more)
        {
            x.log(false);
            co_return false;
        }
    }
    bool const keep_alive = x.keep_alive;
    x.body_complete(parser.body_size());
    co_return keep_alive && !closed_;
}

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
    auto const failure = co_await stream_.write(data);
    co_return !failure && !closed_;
}

}  // namespace sluice::emulator
