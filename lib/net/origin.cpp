#include "net/origin.hpp"

#include "net/failure.hpp"
#include "net/places_behind.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace sluice::net
{

namespace
{

// Connections in a row on which the server let pipelined requests down before we send one at a time.
constexpr unsigned max_broken_pipelines = 2;

exchange const& dereferenced(std::shared_ptr<exchange> const& x) noexcept
{
    return *x;
}

// Others should not be in front of these: a body is long, and what must not be sent twice is best sent alone.
bool prefers_a_free_one(exchange const& x) noexcept
{
    return x.kind == lane::object || !x.repeatable;
}

}  // namespace

origin::origin(std::shared_ptr<pool_room> room, endpoint where) : room_(std::move(room)), where_(std::move(where)) {}

void origin::add(std::shared_ptr<exchange> x)
{
    x->came = ++last_came_;
    x->turn = x->came + places_behind(x->urgency);
    look_by(x->until);
    enqueue(std::move(x));
    dispatch();
}

void origin::enqueue(std::shared_ptr<exchange> x)
{
    if (shut_)
        return x->finish(aborted());
    x->waits_as_slow = x->is_slow();
    auto& q = waiting(line_of(*x));
    auto const at = std::ranges::lower_bound(q, *x, goes_before, dereferenced);
    q.insert(at, std::move(x));
}

void origin::leave(exchange& x, error why)
{
    if (x.carrier != nullptr)
        return x.carrier->leave(x, std::move(why));
    auto const self = x.shared_from_this();
    auto& q = waiting(line_of(x));
    auto const at = std::ranges::lower_bound(q, x, goes_before, dereferenced);
    if (at != q.end() && *at == self)
        q.erase(at);
    self->finish(std::move(why));
}

// --- who goes where

void origin::dispatch()
{
    changed_ = true;
    if (std::exchange(dispatching_, true))
        return;  // what is done below, such as ending a dead connection, comes back here
    while (std::exchange(changed_, false))
    {
        while (serve_next())
            ;
        open_for_waiters();
    }
    dispatching_ = false;
}

// In the order of waiting, but a line that must wait does not hold up the others.
bool origin::serve_next()
{
    auto in_order = lines;
    std::ranges::sort(in_order, [this](line a, line b) {
        auto const& one = waiting(a);
        auto const& other = waiting(b);
        return !one.empty() && (other.empty() || goes_before(*one.front(), *other.front()));
    });
    return std::ranges::any_of(in_order, [this](line which) { return serve(which); });
}

origin::line origin::line_of(exchange const& x) noexcept
{
    if (x.kind == lane::call)
        return line::calls;
    return x.waits_as_slow ? line::slow_objects : line::objects;
}

// Of those who wait. Slow bodies leave a connection for the others, where there is another.
std::size_t origin::able_to_go(line which) const noexcept
{
    auto const n = waiting_[index(which)].size();
    if (n == 0 || which != line::slow_objects)
        return n;
    std::size_t const most = std::max(max_connections() - 1, 1u);
    return std::min(n, most - std::min(most, open_.held_up()));
}

std::size_t origin::able_to_go() const noexcept
{
    std::size_t n = 0;
    for (auto const which : lines)
        n += able_to_go(which);
    return n;
}

bool origin::serve(line which)
{
    auto& q = waiting(which);
    if (able_to_go(which) == 0)
        return false;
    auto* const c = choose(*q.front());
    if (c == nullptr)
        return false;
    auto x = std::move(q.front());
    q.pop_front();
    ++room_->stats.requests;
    room_->stats.connections_reused += c->was_used() ? 1 : 0;
    c->take(std::move(x));
    open_.update(*c);
    return true;
}

connection* origin::choose(exchange const& x)
{
    for (;;)
    {
        auto* const c = pick(x);
        if (c == nullptr || !c->is_idle() || !c->looks_dead())
            return c;
        c->end(ending::idle);
    }
}

connection* origin::pick(exchange const& x) const
{
    auto* const idle = x.wants_fresh ? open_.idle_and_unused() : open_.idle();
    if (idle != nullptr)
        return idle;
    bool const one_is_coming = may_open() || able_to_go() <= openings_.size();
    return prefers_a_free_one(x) && one_is_coming ? nullptr : busy_with_room(x);
}

connection* origin::busy_with_room(exchange const& x) const
{
    auto const deep = depth();
    if (has_just_got_room_ != nullptr && !has_just_got_room_->is_idle() && has_just_got_room_->book().has_room(x, deep))
        return has_just_got_room_;
    return open_.with_room(x, deep);
}

pipeline_depth origin::depth() const noexcept
{
    return {room_->pool.call_pipeline_depth, one_at_a_time_};
}

// --- opening

bool origin::may_open() const noexcept
{
    return open_.size() + openings_.size() < max_connections();
}

// Calls share a connection; bodies would rather have one each.
unsigned origin::openings_wanted(line which) const noexcept
{
    auto const n = static_cast<unsigned>(able_to_go(which));
    auto const share = which != line::calls || one_at_a_time_ ? 1 : std::max(room_->pool.call_pipeline_depth, 1u);
    return (n + share - 1) / share;
}

void origin::open_for_waiters()
{
    make_place_for_fresh();
    for (auto const which : lines)
    {
        for (auto n = openings_of_[index(which)]; n < openings_wanted(which) && may_open(); ++n)
            open_for(which);
    }
}

// A request that was lost on a stale connection takes no other that has stood idle, and must not wait behind them.
void origin::make_place_for_fresh()
{
    auto const wants_fresh = [](queue const& q) { return !q.empty() && q.front()->wants_fresh; };
    if (may_open() || !openings_.empty() || std::ranges::none_of(waiting_, wants_fresh))
        return;
    if (auto* const idle = open_.idle())
        idle->shared_from_this()->end(ending::idle);
}

void origin::open_for(line which)
{
    auto const o = std::make_shared<opening>(which, last_came_);
    openings_.push_back(o);
    ++openings_of_[index(which)];
    asio::co_spawn(room_->strand, open(o),
        asio::bind_cancellation_slot(o->stop.slot(), [self = shared_from_this(), o](std::exception_ptr const&) {}));
}

asio::awaitable<void> origin::open(std::shared_ptr<opening> o)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto s = co_await room_->via->connect(where_, room_->limits.connect_timeout);
    std::erase(openings_, o);
    --openings_of_[index(o->meant_for)];
    if (shut_)
        co_return;
    if (s)
        opened(std::move(*s));
    else
        could_not_open(*o, s.error());
    dispatch();
}

void origin::opened(std::unique_ptr<stream> s)
{
    ++room_->stats.connections_opened;
    room_->stats.sessions_resumed += s->resumed() ? 1 : 0;
    window_limits const window{room_->pool.part_pipeline_depth, room_->pool.pipeline_bytes};
    auto const c = std::make_shared<connection>(
        *this, room_->strand, std::move(s), room_->time, room_->limits, window, where_.authority());
    open_.add(c);
    c->start();
    on_room(*c);
}

// With no connection at all the origin is out of reach, and all who have waited so long hear it; else only those for
// whom this one was meant.
void origin::could_not_open(opening const& o, error const& why)
{
    auto const fail_front = [&](queue& q, std::size_t at_most) {
        std::erase_if(q, [&](auto const& x) {
            if (at_most == 0 || x->came > o.newest)
                return false;
            --at_most;
            x->finish(why);
            return true;
        });
    };
    if (open_.empty())
        for (auto& q : waiting_)
            fail_front(q, q.size());
    else
    {
        bool const is_for_calls = o.meant_for == line::calls;
        fail_front(waiting(o.meant_for), is_for_calls ? std::max(room_->pool.call_pipeline_depth, 1u) : 1);
    }
}

// --- what the connections report

void origin::on_room(connection& c)
{
    if (c.book().pipelining_works())
        broken_pipelines_ = 0;
    open_.update(c);
    auto* const outer = std::exchange(has_just_got_room_, &c);
    dispatch();
    has_just_got_room_ = outer;
    if (c.is_idle() && room_->pool.idle_timeout.count() > 0)
        look_by(c.idle_since() + room_->pool.idle_timeout);
}

void origin::on_returned(connection& c, connection::exchanges again)
{
    open_.update(c);
    for (auto& x : again)
        enqueue(std::move(x));
    dispatch();
}

void origin::on_ended(connection& c, pipeline::conclusion end)
{
    open_.remove(c);
    if (has_just_got_room_ == &c)
        has_just_got_room_ = nullptr;
    if (end.broke_pipelining && ++broken_pipelines_ >= max_broken_pipelines)
        one_at_a_time_ = true;
    for (auto& l : end.left)
        enqueue(std::move(l.what));
    dispatch();
}

void origin::look_by(steady_time when)
{
    room_->watch->look_by(when);
}

// --- time, and the end

void origin::look(steady_time now)
{
    for (auto& q : waiting_)
        for (auto const& x : queue(q))
            if (x->until <= now)
                leave(*x, deadline_passed("waited for a connection"));
    auto const idle_timeout = room_->pool.idle_timeout;
    for (auto const& c : open_.copy())
    {
        c->look(now);
        if (c->is_idle() && idle_timeout.count() > 0 && now - c->idle_since() >= idle_timeout)
            c->end(ending::idle);
    }
}

steady_time origin::due() const
{
    auto due = steady_time::max();
    for (auto const& q : waiting_)
        for (auto const& x : q)
            due = std::min(due, x->until);
    open_.for_each([&](connection const& c) {
        due = std::min(due, c.due());
        if (c.is_idle() && room_->pool.idle_timeout.count() > 0)
            due = std::min(due, c.idle_since() + room_->pool.idle_timeout);
    });
    return due;
}

void origin::shut_down()
{
    shut_ = true;
    for (auto const& o : openings_)
        o->stop.emit(asio::cancellation_type::terminal);
    for (auto& q : waiting_)
        for (auto const& x : std::exchange(q, {}))
            x->finish(aborted());
    for (auto const& c : open_.copy())
        c->end(ending::shut_down);
}

bool origin::is_forgettable() const noexcept
{
    bool const nobody_waits = std::ranges::all_of(waiting_, [](queue const& q) { return q.empty(); });
    return open_.empty() && openings_.empty() && nobody_waits && !one_at_a_time_;
}

void origin::add_to(pool_stats& stats) const
{
    stats.connections_open += static_cast<unsigned>(open_.size());
    for (auto const& q : waiting_)
        stats.requests_waiting += static_cast<unsigned>(q.size());
}

}  // namespace sluice::net
