#include "net/pool.hpp"

#include "net/failure.hpp"
#include "net/origin.hpp"
#include "net/tcp_connector.hpp"
#include "net/wake_signal.hpp"

#include <boost/asio/this_coro.hpp>

#include <map>
#include <tuple>
#include <utility>

namespace sluice::net
{

namespace
{

// A request together with the caller who waits for its outcome.
class pending_send final : public exchange
{
public:
    pending_send(asio::any_io_executor const& strand, request& what, steady_time until_)
        : exchange(what, until_), done_(strand)
    {}

    wake_signal& done() noexcept { return done_; }

private:
    void notify() override { done_.notify(); }

    wake_signal done_;
};

struct by_address
{
    bool operator()(endpoint const& a, endpoint const& b) const noexcept
    {
        auto const key = [](endpoint const& e) {
            return std::tuple(e.tls, e.effective_port(), std::string_view(e.host));
        };
        return key(a) < key(b);
    }
};

}  // namespace

class pool::impl final : public std::enable_shared_from_this<impl>
{
public:
    explicit impl(std::shared_ptr<pool_room> room) : room_(std::move(room)) {}

    void begin()
    {
        auto look = [weak = weak_from_this()] {
            if (auto const self = weak.lock())
                self->look();
        };
        room_->watch = std::make_shared<watchdog>(room_->strand, room_->time, std::move(look));
    }

    static asio::awaitable<result<response>> send(
        std::shared_ptr<impl> self, endpoint const& where, request& what, steady_time until)
    {
        auto const state = co_await asio::this_coro::cancellation_state;
        if (self->shut_ || state.cancelled() != asio::cancellation_type::none)
            co_return aborted();
        if (until <= self->room_->time->steady_now())
            co_return deadline_passed("waited for its turn");

        auto const home = self->origin_of(where);
        block_allocator<pending_send> const from(self->room_->exchanges);
        auto const pending = std::allocate_shared<pending_send>(from, self->room_->strand, what, until);
        home->add(pending);
        bool left = false;
        while (!pending->finished())
        {
            if (left)
            {
                co_await pending->done().wait_whatever_is_cancelled();  // until the body's source has let go
                continue;
            }
            co_await pending->done().wait();
            if (!pending->done().was_notified())
            {
                left = true;
                home->leave(*pending, aborted());
            }
        }
        co_return named(*home, pending->take_outcome());
    }

    void shut_down()
    {
        shut_ = true;
        room_->watch->stop();
        for (auto const& [where, home] : std::exchange(origins_, {}))
            home->shut_down();
    }

    [[nodiscard]] pool_stats stats() const
    {
        auto out = room_->stats;
        for (auto const& [where, home] : origins_)
            home->add_to(out);
        return out;
    }

private:
    static result<response> named(origin const& home, result<response> outcome)
    {
        if (outcome || !outcome.error().host.empty())
            return outcome;
        auto e = std::move(outcome).error();
        e.host = home.authority();
        return e;
    }

    std::shared_ptr<origin> origin_of(endpoint const& where)
    {
        if (auto const known = origins_.find(where); known != origins_.end())
            return known->second;
        forget_unused();
        return origins_.emplace(where, std::make_shared<origin>(room_, where)).first->second;
    }

    void look()
    {
        auto const now = room_->time->steady_now();
        for (auto const& [where, home] : origins_)
            home->look(now);
        forget_unused();
        for (auto const& [where, home] : origins_)
            room_->watch->look_by(home->due());
    }

    void forget_unused()
    {
        std::erase_if(origins_, [](auto const& entry) { return entry.second->is_forgettable(); });
    }

    std::shared_ptr<pool_room> room_;
    std::map<endpoint, std::shared_ptr<origin>, by_address> origins_;
    bool shut_ = false;
};

pool::pool(asio::any_io_executor const& strand, std::shared_ptr<clock> const& c, asio::any_io_executor blocking,
    pool_config config)
    : pool(strand, c,
          std::make_unique<tcp_connector>(strand, c, std::move(blocking),
              connector_config{std::move(config.ca_file), config.verify_peer, std::move(config.resolve_overrides)}),
          config.limits, config.pool)
{}

pool::pool(asio::any_io_executor strand, std::shared_ptr<clock> c, std::unique_ptr<connector> via, time_limits limits,
    pool_limits sizes)
{
    auto room = std::make_shared<pool_room>(pool_room{
        .strand = std::move(strand), .time = std::move(c), .via = std::move(via), .limits = limits, .pool = sizes});
    impl_ = std::make_shared<impl>(std::move(room));
    impl_->begin();
}

pool::~pool()
{
    if (impl_)
        impl_->shut_down();
}

asio::awaitable<result<response>> pool::send(endpoint const& origin, request& what, steady_time until)
{
    return impl::send(impl_, origin, what, until);
}

void pool::shut_down()
{
    impl_->shut_down();
}

void pool::abandon() noexcept
{
    impl_ = nullptr;
}

pool_stats pool::stats() const
{
    return impl_->stats();
}

}  // namespace sluice::net
