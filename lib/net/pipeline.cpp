#include "net/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace sluice::net
{

namespace
{

// Each look at the bytes moved is this part of the stall limit apart, so the limit is kept to a quarter.
constexpr int looks_in_a_stall = 4;

// For which a connection always has memory; more is given back when it is idle.
constexpr std::size_t few_entries = 4;

constexpr bool is_set(std::chrono::milliseconds limit) noexcept
{
    return limit.count() > 0;
}

}  // namespace

pipeline::pipeline(std::chrono::milliseconds stall_timeout, std::chrono::milliseconds response_timeout,
    window_limits window, steady_time now)
    : stall_timeout_(stall_timeout),
      response_timeout_(response_timeout),
      entries_(few_entries),
      window_(window),
      last_answer_(now),
      progress_(now),
      looked_(now)
{}

bool pipeline::has_room(exchange const& x, pipeline_depth const& depth) const noexcept
{
    if (!accepting_)
        return false;
    if (entries_.empty())
        return true;
    // Never behind an answer that its caller gave up on: it may not come, or come late.
    if (depth.one_at_a_time || deserted_ != 0 || is_held_up())
        return false;
    return x.kind == lane::call ? calls_ < depth.calls : window_.has_room(load(), x.body_bytes);
}

bool pipeline::is_slow(entry const& e) noexcept
{
    return e.at < state::put && e.kind == lane::object && e.caller->is_slow();
}

// Nothing is put behind one that is slow, so the last is the only one that can be. But one that is being written may
// have become slow when others stood behind it.
bool pipeline::is_held_up() const noexcept
{
    return !entries_.empty() && (is_slow(entries_.back()) || (begun_ != 0 && is_slow(writing())));
}

void pipeline::push(std::shared_ptr<exchange> x)
{
    auto const kind = x->kind;
    auto const head = x->head;
    auto const body_bytes = x->body_bytes;
    auto const max_answer_bytes = x->max_answer_bytes;
    if (entries_.full())
        entries_.set_capacity(2 * entries_.capacity());
    entries_.push_back({std::move(x), kind, head, body_bytes, max_answer_bytes});
    count(entries_.back());
}

std::vector<std::shared_ptr<exchange>> pipeline::stop_accepting()
{
    accepting_ = false;
    std::vector<std::shared_ptr<exchange>> back;
    for (auto i = begun_; i < entries_.size(); ++i)
    {
        discount(entries_[i]);
        back.push_back(std::move(entries_[i].caller));
    }
    entries_.erase_end(back.size());
    return back;
}

std::shared_ptr<exchange> pipeline::begin_writing(steady_time now)
{
    if (begun_ == entries_.size())
    {
        if (begun_ != 0)
            window_.ran_dry(load());
        return nullptr;
    }
    auto& next = entries_[begun_++];
    next.at = state::writing;
    next.behind = begun_ != 1;
    next.begun = window_.begin(now, !next.behind);
    progress_ = now;
    return next.caller;
}

bool pipeline::is_any_writing() const noexcept
{
    return begun_ != 0 && writing().at == state::writing;
}

std::shared_ptr<exchange> pipeline::being_written() const noexcept
{
    return is_any_writing() ? writing().caller : nullptr;
}

bool pipeline::is_writing(exchange const& x) const noexcept
{
    return is_any_writing() && writing().caller.get() == &x;
}

void pipeline::end_writing(std::uint64_t end)
{
    auto& e = writing();
    e.at = state::put;
    e.end = end;
}

void pipeline::drop_writing()
{
    discount(writing());
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(--begun_));
}

void pipeline::source_asked()
{
    source_pending_ = true;
}

void pipeline::source_answered(steady_time now)
{
    source_pending_ = false;
    progress_ = now;
}

void pipeline::flush_begins(steady_time now)
{
    flushing_ = true;
    progress_ = now;
    // From the back: what lies before the first that is on the wire already is on the wire too.
    for (auto e = entries_.rbegin(); e != entries_.rend() && !(e->on_wire && e->at != state::writing); ++e)
        e->on_wire = e->at != state::queued;
}

void pipeline::flush_ended(steady_time now)
{
    flushing_ = false;
    progress_ = now;
    for (auto e = entries_.rbegin(); e != entries_.rend() && e->at != state::sent; ++e)
        if (e->at == state::put)
        {
            e->at = state::sent;
            e->sent_at = now;
        }
}

void pipeline::bytes_came(steady_time now, std::uint64_t bytes_moved)
{
    progress_ = now;
    bytes_moved_ = bytes_moved;
    entries_.front().answer_begun = true;
}

pipeline::answered pipeline::answer_complete(steady_time now, std::uint64_t bytes_sent)
{
    last_answer_ = now;
    progress_ = now;
    was_used_ = true;
    auto front = std::move(entries_.front());
    entries_.pop_front();
    --begun_;
    deserted_ -= front.caller == nullptr ? 1 : 0;
    discount(front);
    tell_window(now, front);
    if (entries_.empty() && entries_.capacity() > few_entries)
        entries_.set_capacity(few_entries);
    pipelining_works_ = pipelining_works_ || front.behind;
    // A batch that the kernel takes in part only may hold the end of this request, or begin behind it.
    bool const held_back = front.at == state::put && bytes_sent < front.end;
    return {std::move(front.caller), front.at == state::writing || held_back};
}

// A body's answer comes when the server has stored it; others come sooner, and would make it look quick.
void pipeline::tell_window(steady_time now, entry const& e) noexcept
{
    if (e.kind != lane::object || e.body_bytes == 0)
        return;
    auto const sent_at = e.at == state::sent ? std::optional(e.sent_at) : std::nullopt;
    window_.answered(now, e.begun, e.body_bytes, sent_at);
}

pipeline::place pipeline::leave(exchange const& x)
{
    auto const e = std::find_if(entries_.begin(), entries_.end(), [&x](auto& i) { return i.caller.get() == &x; });
    if (e == entries_.end())
        return place::absent;
    if (e->at == state::writing)
        return place::writing;
    if (e->at != state::queued)
    {
        e->caller = nullptr;
        ++deserted_;
        return place::unanswered;
    }
    discount(*e);
    entries_.erase(e);
    return place::queued;
}

bool pipeline::is_deserted() const noexcept
{
    return !entries_.empty() && deserted_ == entries_.size();
}

std::vector<std::shared_ptr<exchange>> pipeline::overdue(steady_time now) const
{
    std::vector<std::shared_ptr<exchange>> late;
    for (auto const& e : entries_)
        if (e.caller && e.caller->until <= now)
            late.push_back(e.caller);
    return late;
}

steady_time pipeline::earliest_until() const noexcept
{
    auto earliest = steady_time::max();
    for (auto const& e : entries_)
        if (e.caller)
            earliest = std::min(earliest, e.caller->until);
    return earliest;
}

bool pipeline::can_stall() const noexcept
{
    if (flushing_ || is_answering())
        return true;
    return !source_pending_ && is_any_writing();
}

bool pipeline::awaits_answer() const noexcept
{
    return !entries_.empty() && entries_.front().at == state::sent;
}

// The server answers in order: it owes this answer only since the one before.
steady_time pipeline::waiting_since() const noexcept
{
    return std::max(entries_.front().sent_at, last_answer_);
}

pipeline::limit pipeline::check(steady_time now, std::uint64_t bytes_moved)
{
    if (std::exchange(bytes_moved_, bytes_moved) != bytes_moved)
        progress_ = now;
    looked_ = now;
    if (is_set(stall_timeout_) && can_stall() && now - progress_ >= stall_timeout_)
        return limit::stalled;
    if (is_set(response_timeout_) && awaits_answer() && now - waiting_since() >= response_timeout_)
        return limit::no_answer;
    return limit::none;
}

steady_time pipeline::due() const noexcept
{
    auto due = steady_time::max();
    if (is_set(stall_timeout_) && can_stall())
        due = std::min(progress_ + stall_timeout_, std::max(progress_, looked_) + stall_timeout_ / looks_in_a_stall);
    if (is_set(response_timeout_) && awaits_answer())
        due = std::min(due, waiting_since() + response_timeout_);
    return due;
}

void pipeline::count(entry const& e) noexcept
{
    ++(e.kind == lane::call ? calls_ : objects_);
    bytes_ += e.body_bytes;
}

void pipeline::discount(entry const& e) noexcept
{
    --(e.kind == lane::call ? calls_ : objects_);
    bytes_ -= e.body_bytes;
}

}  // namespace sluice::net
