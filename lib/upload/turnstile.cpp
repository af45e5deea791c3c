#include "upload/turnstile.hpp"

#include "net/failure.hpp"
#include "net/places_behind.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace sluice::upload
{

// One upload outside, as long as its coroutine lives.
struct turnstile::waiter
{
    enum class state
    {
        outside,
        inside,
        late
    };

    waiter(std::shared_ptr<turnstile> where, lines::iterator of_bucket, steady_time until_, priority urgency)
        : of(std::move(where)),
          in(of_bucket),
          until(until_),
          came(++in->second.last_came),
          turn(came + net::places_behind(urgency)),
          signal(of->strand_)
    {
        in->second.outside.insert(this);
        ++of->outside_;
        of->watch_->look_by(until);
    }
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;
    ~waiter()
    {
        if (now == state::outside)
            of->stop_waiting(*this);
    }

    void become(state next)
    {
        of->stop_waiting(*this);
        now = next;
        signal.notify();
    }

    std::shared_ptr<turnstile> of;
    lines::iterator in;
    steady_time until;
    std::uint64_t came;
    std::uint64_t turn;
    net::wake_signal signal;
    state now = state::outside;
};

bool turnstile::sooner::operator()(waiter const* a, waiter const* b) const noexcept
{
    return std::tie(a->turn, a->came) < std::tie(b->turn, b->came);
}

std::shared_ptr<turnstile> turnstile::make(asio::any_io_executor strand, std::shared_ptr<clock> c, unsigned at_once)
{
    std::shared_ptr<turnstile> made(new turnstile(std::move(strand), std::move(c), at_once));
    auto look = [weak = made->weak_from_this()] {
        if (auto const self = weak.lock())
            self->look();
    };
    made->watch_ = std::make_shared<net::watchdog>(made->strand_, made->clock_, std::move(look));
    return made;
}

turnstile::turnstile(asio::any_io_executor strand, std::shared_ptr<clock> c, unsigned at_once)
    : strand_(std::move(strand)), clock_(std::move(c)), at_once_(std::max(at_once, 1u))
{}

turnstile::~turnstile() = default;

turnstile::lines::iterator turnstile::line_to(std::string_view bucket)
{
    auto const known = lines_.find(bucket);
    return known != lines_.end() ? known : lines_.emplace(std::string(bucket), line()).first;
}

std::optional<turnstile::pass> turnstile::enter_now(std::string_view bucket)
{
    auto const at = line_to(bucket);
    if (at->second.inside >= at_once_)
        return std::nullopt;
    ++at->second.inside;
    return pass(shared_from_this(), at);
}

asio::awaitable<result<turnstile::pass>> turnstile::enter(std::string_view bucket, steady_time until, priority urgency)
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return net::aborted();
    if (auto at_once = enter_now(bucket))
        co_return *std::move(at_once);
    waiter me(shared_from_this(), line_to(bucket), until, urgency);
    while (me.now == waiter::state::outside)
    {
        co_await me.signal.wait();
        if (!me.signal.was_notified() && me.now == waiter::state::outside)
            co_return net::aborted();
    }
    if (me.now == waiter::state::late)
        co_return net::deadline_passed("waited for its turn");
    co_return pass(me.of, me.in);
}

void turnstile::leave(lines::iterator at)
{
    auto& l = at->second;
    if (l.inside <= at_once_ && !l.outside.empty())
        (*l.outside.begin())->become(waiter::state::inside);  // in place of the one that leaves
    else if (--l.inside == 0)
        lines_.erase(at);
}

void turnstile::let_all_in(lines::iterator at)
{
    auto& l = at->second;
    while (!l.outside.empty())
    {
        ++l.inside;
        (*l.outside.begin())->become(waiter::state::inside);
    }
}

void turnstile::stop_waiting(waiter& w)
{
    w.in->second.outside.erase(&w);
    if (--outside_ == 0)
        watch_->rest();
}

void turnstile::look()
{
    auto const now = clock_->steady_now();
    auto next = steady_time::max();
    for (auto& [bucket, l] : lines_)
        for (auto at = l.outside.begin(); at != l.outside.end();)
        {
            auto& w = **at++;  // it may leave the list
            if (w.until <= now)
                w.become(waiter::state::late);
            else
                next = std::min(next, w.until);
        }
    watch_->look_by(next);
}

turnstile::pass& turnstile::pass::operator=(pass&& other) noexcept
{
    leave();
    of_ = std::move(other.of_);
    at_ = other.at_;
    return *this;
}

void turnstile::pass::leave()
{
    if (auto const of = std::exchange(of_, nullptr))
        of->leave(at_);
}

void turnstile::pass::throw_open()
{
    if (of_)
        of_->let_all_in(at_);
}

}  // namespace sluice::upload
