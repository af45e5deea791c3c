#include "upload/memory_budget.hpp"

#include "net/failure.hpp"
#include "net/places_behind.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace sluice::upload
{

namespace
{

// So often the most urgent are passed over by those who hold less.
constexpr std::uint64_t patience = 64;

}  // namespace

struct memory_budget::account
{
    explicit account(priority p) noexcept : urgency(p) {}

    priority urgency;
    std::size_t guaranteed = 1;  // blocks, as the next
    std::size_t held = 0;
    waiter* waits = nullptr;
};

// A take() that waits, as long as its coroutine lives.
struct memory_budget::waiter
{
    enum class state
    {
        waiting,
        served,
        late,
        closed
    };

    waiter(std::shared_ptr<memory_budget> from, std::shared_ptr<account> who, steady_time until_)
        : of(std::move(from)),
          by(std::move(who)),
          until(until_),
          came(++of->last_waiter_),
          turn(of->served_ + patience + net::places_behind(by->urgency)),
          signal(of->strand_)
    {
        of->needy_.insert(this);
        of->in_turn_.insert(this);
        by->waits = this;
        of->watch_->look_by(until);
    }
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;
    ~waiter()
    {
        if (now == state::waiting)
            of->stop_waiting(*this);
    }

    void become(state next)
    {
        of->stop_waiting(*this);
        now = next;
        signal.notify();
    }

    std::shared_ptr<memory_budget> of;
    std::shared_ptr<account> by;
    steady_time until;
    std::uint64_t came;
    std::uint64_t turn;  // goes first when so many were served
    net::wake_signal signal;
    block got;
    state now = state::waiting;
};

bool memory_budget::by_need::operator()(waiter const* a, waiter const* b) const noexcept
{
    return std::tuple(a->by->urgency, a->by->held, a->came) < std::tuple(b->by->urgency, b->by->held, b->came);
}

bool memory_budget::by_turn::operator()(waiter const* a, waiter const* b) const noexcept
{
    return std::tuple(a->turn, a->came) < std::tuple(b->turn, b->came);
}

std::shared_ptr<memory_budget> memory_budget::make(
    asio::any_io_executor strand, std::shared_ptr<clock> c, std::uint64_t limit)
{
    std::shared_ptr<memory_budget> made(new memory_budget(std::move(strand), std::move(c), limit));
    auto look = [weak = made->weak_from_this()] {
        if (auto const self = weak.lock())
            self->look();
    };
    made->watch_ = std::make_shared<net::watchdog>(made->strand_, made->clock_, std::move(look));
    return made;
}

memory_budget::memory_budget(asio::any_io_executor strand, std::shared_ptr<clock> c, std::uint64_t limit)
    : strand_(std::move(strand)),
      clock_(std::move(c)),
      limit_(static_cast<std::size_t>(std::max<std::uint64_t>(limit / block_size, 1)))
{
    unused_.reserve(blocks_kept);  // so that giving back never fails
}

memory_budget::~memory_budget() = default;

memory_budget::block memory_budget::take_now()
{
    return take(nullptr);
}

memory_budget::share memory_budget::open(priority urgency)
{
    return {shared_from_this(), std::make_shared<account>(urgency)};
}

bool memory_budget::is_free_for(account const& by) const noexcept
{
    return by.held < by.guaranteed || (in_use_ < limit_ && in_turn_.empty());
}

memory_budget::block memory_budget::take(std::shared_ptr<account> by)
{
    std::unique_ptr<char[]> bytes;
    if (unused_.empty())
        bytes = std::make_unique_for_overwrite<char[]>(block_size);
    else
    {
        bytes = std::move(unused_.back());
        unused_.pop_back();
    }
    ++in_use_;
    if (by)
        hold(*by, 1);
    return {std::move(bytes), shared_from_this(), std::move(by)};
}

asio::awaitable<result<memory_budget::block>> memory_budget::wait(
    std::shared_ptr<memory_budget> self, std::shared_ptr<account> by, steady_time until)
{
    auto const cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none)
        co_return net::aborted();
    if (self->is_free_for(*by))
        co_return self->take(by);
    waiter me(self, by, until);
    while (me.now == waiter::state::waiting)
    {
        co_await me.signal.wait();
        if (!me.signal.was_notified() && me.now == waiter::state::waiting)
            co_return net::aborted();
    }
    if (me.now == waiter::state::late)
        co_return net::deadline_passed("waited for memory (client_config::memory_limit)");
    if (me.now == waiter::state::closed)
        co_return net::aborted();
    co_return std::move(me.got);
}

void memory_budget::give_back(std::unique_ptr<char[]> bytes, account* by) noexcept
{
    if (unused_.size() < blocks_kept)
        unused_.push_back(std::move(bytes));
    --in_use_;
    if (by != nullptr)
    {
        hold(*by, -1);
        if (by->waits != nullptr && by->held < by->guaranteed)
            serve(*by->waits);
    }
    serve_all();
}

void memory_budget::hold(account& by, std::ptrdiff_t more) noexcept
{
    auto place = by.waits != nullptr ? needy_.extract(by.waits) : decltype(needy_)::node_type();
    by.held += static_cast<std::size_t>(more);
    if (place)
        needy_.insert(std::move(place));
}

void memory_budget::serve(waiter& w)
{
    w.got = take(w.by);
    ++served_;
    w.become(waiter::state::served);
}

void memory_budget::serve_all()
{
    while (in_use_ < limit_ && !in_turn_.empty())
    {
        auto* const oldest = *in_turn_.begin();
        serve(oldest->turn <= served_ ? *oldest : **needy_.begin());
    }
}

void memory_budget::stop_waiting(waiter& w)
{
    w.by->waits = nullptr;
    needy_.erase(&w);
    in_turn_.erase(&w);
    if (in_turn_.empty())
        watch_->rest();
}

void memory_budget::look()
{
    auto const now = clock_->steady_now();
    auto next = steady_time::max();
    for (auto at = in_turn_.begin(); at != in_turn_.end();)
    {
        auto& w = **at++;  // it may leave the set
        if (w.until <= now)
            w.become(waiter::state::late);
        else
            next = std::min(next, w.until);
    }
    watch_->look_by(next);
}

// --- blocks

memory_budget::block::block(
    std::unique_ptr<char[]> bytes, std::shared_ptr<memory_budget> of, std::shared_ptr<account> by) noexcept
    : bytes_(std::move(bytes)), of_(std::move(of)), by_(std::move(by))
{}

memory_budget::block& memory_budget::block::operator=(block&& other) noexcept
{
    if (this != &other)
    {
        give_back();
        bytes_ = std::move(other.bytes_);
        of_ = std::move(other.of_);
        by_ = std::move(other.by_);
    }
    return *this;
}

void memory_budget::block::give_back() noexcept
{
    if (!bytes_)
        return;
    auto const of = std::move(of_);
    auto const by = std::move(by_);
    of->give_back(std::move(bytes_), by.get());
}

// --- shares

memory_budget::share::share(std::shared_ptr<memory_budget> of, std::shared_ptr<account> by) noexcept
    : of_(std::move(of)), by_(std::move(by))
{}

memory_budget::share& memory_budget::share::operator=(share&& other) noexcept
{
    if (this != &other)
    {
        close();
        of_ = std::move(other.of_);
        by_ = std::move(other.by_);
    }
    return *this;
}

void memory_budget::share::close() noexcept
{
    if (by_ && by_->waits != nullptr)
        by_->waits->become(waiter::state::closed);
}

bool memory_budget::share::try_take(block& to)
{
    if (would_wait())
        return false;
    to = of_->take(by_);
    return true;
}

asio::awaitable<result<memory_budget::block>> memory_budget::share::take(steady_time until)
{
    return wait(of_, by_, until);
}

void memory_budget::share::set_guaranteed(std::size_t blocks)
{
    by_->guaranteed = blocks;
    if (by_->waits != nullptr && by_->held < by_->guaranteed)
        of_->serve(*by_->waits);
}

std::size_t memory_budget::share::held() const noexcept
{
    return by_->held;
}

bool memory_budget::share::would_wait() const noexcept
{
    return !of_->is_free_for(*by_);
}

}  // namespace sluice::upload
