#include "net/connection.hpp"

#include "net/failure.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace sluice::net
{

connection::connection(keeper& k, asio::any_io_executor strand, std::unique_ptr<stream> s, std::shared_ptr<clock> c,
    time_limits const& limits, window_limits window, std::string peer)
    : keeper_(&k),
      strand_(std::move(strand)),
      stream_(std::move(s)),
      clock_(std::move(c)),
      limits_(limits),
      peer_(std::move(peer)),
      book_(limits.stall_timeout, limits.response_timeout, window, clock_->steady_now()),
      work_(strand_),
      idle_since_(clock_->steady_now())
{}

void connection::start()
{
    auto const ended = [self = shared_from_this()](std::exception_ptr const&) {};
    asio::co_spawn(strand_, write_requests(), asio::bind_cancellation_slot(stop_source_.slot(), ended));
    asio::co_spawn(strand_, read_answers(), ended);
}

void connection::take(std::shared_ptr<exchange> x)
{
    was_used_ = true;
    x->carrier = this;
    book_.push(std::move(x));
    work_.notify();
}

void connection::leave(exchange& x, error why)
{
    if (pending_.what.get() == &x)
    {
        if (!pending_.outcome)
            pending_.outcome = std::move(why);
        return;
    }
    auto const self = x.shared_from_this();
    switch (book_.leave(x))
    {
    case pipeline::place::absent:
        break;
    case pipeline::place::queued:
        self->finish(std::move(why));
        keeper_->on_room(*this);
        break;
    case pipeline::place::unanswered:
        self->finish(std::move(why));
        if (book_.is_deserted())
            end(ending::given_up);
        break;
    case pipeline::place::writing:
        book_.drop_writing();
        release({self, std::move(why)});
        drain();
        break;
    }
}

void connection::release(departure d)
{
    if (!in_source_)
        return resolve(std::move(d));
    pending_ = std::move(d);
    stop_source_.emit(asio::cancellation_type::terminal);
}

void connection::resolve(departure d)
{
    if (d.outcome)
        return d.what->finish(*std::move(d.outcome));
    d.what->carrier = nullptr;
    exchanges again{std::move(d.what)};
    keeper_->on_returned(*this, std::move(again));
}

void connection::source_left()
{
    if (pending_.what)
        resolve(std::exchange(pending_, {}));
}

// Takes no more. What was sent whole still gets its answers; then the connection ends.
void connection::drain()
{
    auto back = book_.stop_accepting();
    for (auto const& x : back)
        x->carrier = nullptr;
    keeper_->on_returned(*this, std::move(back));
    if (book_.is_empty())
        end(ending::given_up);
}

void connection::end(ending why)
{
    if (std::exchange(ended_, true))
        return;
    auto const self = shared_from_this();
    bool const answering = book_.is_answering();
    auto const in_source = in_source_ ? book_.being_written() : nullptr;
    auto conclusion = book_.end(why);
    stream_->close();
    work_.notify();

    pipeline::conclusion handed_back;
    handed_back.broke_pipelining = conclusion.broke_pipelining;
    for (auto& l : conclusion.left)
    {
        if (l.what == in_source)
        {
            departure d{l.what, std::nullopt};
            if (!l.again)
                d.outcome = failure_of(why, l, answering);
            release(std::move(d));
        }
        else if (l.again)
        {
            l.what->carrier = nullptr;
            handed_back.left.push_back(std::move(l));
        }
        else
            l.what->finish(failure_of(why, l, answering));
    }
    keeper_->on_ended(*this, std::move(handed_back));
}

error connection::failure_of(ending why, pipeline::leaving const& l, bool answering) const
{
    switch (why)
    {
    case ending::shut_down:
        return aborted();
    case ending::stalled:
        return stalled(limits_.stall_timeout);
    case ending::malformed:
        return l.first ? parser_.failure()
                       : connection_lost("the connection was given up: the answer to an earlier request is malformed");
    case ending::no_answer:
        return l.first ? no_answer(limits_.response_timeout)
                       : connection_lost("the connection was given up: an earlier request got no answer");
    default:
        if (l.first && answering)
            return connection_lost("the connection ended in the middle of the answer (" + why_lost_ + ")");
        return connection_lost("the connection ended before the answer (" + why_lost_ + ")");
    }
}

void connection::look(steady_time now)
{
    for (auto const& x : book_.overdue(now))
        leave(*x, deadline_passed("was under way"));
    if (ended_)
        return;
    switch (book_.check(now, stream_->bytes_moved()))
    {
    case pipeline::limit::none:
        break;
    case pipeline::limit::stalled:
        return end(ending::stalled);
    case pipeline::limit::no_answer:
        return end(ending::no_answer);
    }
}

steady_time connection::due() const noexcept
{
    return std::min(book_.due(), book_.earliest_until());
}

void connection::watch()
{
    if (auto const due = book_.due(); due != steady_time::max())
        keeper_->look_by(due);
}

}  // namespace sluice::net
