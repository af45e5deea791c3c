#include "emulator/front_connection.hpp"

#include "base/timer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
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
      last_moved_(context_->time->steady_now()),
      wake_(stream_.executor(), asio::steady_timer::time_point::max())
{}

asio::awaitable<void> front_connection::run()
{
    if (context_->idle_timeout == context_->idle_timeout.zero())
    {
        co_await converse();
        co_return;
    }
    auto const executor = stream_.executor();
    auto work = asio::co_spawn(executor, converse(), asio::deferred);
    auto guard = asio::co_spawn(executor, watch(), asio::deferred);
    auto group = asio::experimental::make_parallel_group(std::move(work), std::move(guard));
    auto const [order, failure, ignored] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (failure)
        std::rethrow_exception(failure);
}

asio::awaitable<void> front_connection::converse()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const failure = co_await stream_.handshake();
    moved();
    if (!failure && !closed_)
    {
        stage_ = stage::between_requests;
        using namespace asio::experimental::awaitable_operators;
        auto both = read_requests() && write_answers();
        co_await std::move(both);
        stage_ = stage::farewell;
        if (!closed_)
            co_await stream_.close_gracefully();
    }
    stream_.close();
}

// Ends waits for the peer that last too long. Sleeps the whole limit at most, so that whatever began meanwhile is seen
// in time.
asio::awaitable<void> front_connection::watch()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    for (bool go_on = true; go_on;)
    {
        std::chrono::nanoseconds left = context_->idle_timeout;
        if (waits_for_peer())
            left -= context_->time->steady_now() - last_moved_;
        if (left <= left.zero())
        {
            end_wait();
            left = context_->idle_timeout;
        }
        go_on = co_await wait_for(*context_->time, left);
    }
}

// Whether it is the peer's turn to send, and nothing of ours is on its way.
bool front_connection::waits_for_peer() const noexcept
{
    if (writing_)
        return false;
    if (stage_ == stage::in_request)
        return queue_.empty() || !queue_.back()->wants_continue;
    return stage_ != stage::between_requests || queue_.empty();
}

void front_connection::end_wait()
{
    if (stage_ == stage::handshake || stage_ == stage::farewell)
    {
        stream_.close();
        return;
    }
    timed_out_ = true;
    stream_.cancel_reading();
}

void front_connection::moved()
{
    last_moved_ = context_->time->steady_now();
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
    if (size > 0)
    {
        timed_out_ = false;  // it came all the same
        moved();
    }
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
        stage_ = stage::between_requests;
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
        if (parser.started())
            stage_ = stage::in_request;
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
            if (closed_ || !reading_)
                x.log(false);
            else
                x.body_incomplete(parser.body_size(), timed_out_);
            co_return false;
        }
    }
    bool const keep_alive = x.keep_alive;
    x.body_complete(parser.body_size());
    co_return keep_alive && !closed_;
}

}  // namespace sluice::emulator
