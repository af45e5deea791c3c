#pragma once

#include "net/block_store.hpp"
#include "net/connection.hpp"
#include "net/connection_board.hpp"
#include "net/pool.hpp"
#include "net/stream.hpp"
#include "net/watchdog.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace sluice::net
{

// What the origins of one pool share.
struct pool_room
{
    asio::any_io_executor strand;
    std::shared_ptr<clock> time;
    std::unique_ptr<connector> via;
    time_limits limits;
    pool_limits pool;
    std::shared_ptr<watchdog> watch{};
    std::shared_ptr<block_store> exchanges = std::make_shared<block_store>(256);  // the memory of those that are done
    pool_stats stats{};  // but for what the origins add: how many are open, and wait
};

// The connections to one origin and those who wait for them, each lane in the order of coming and of urgency.
class origin final : public connection::keeper, public std::enable_shared_from_this<origin>
{
public:
    origin(std::shared_ptr<pool_room> room, endpoint where);

    void add(std::shared_ptr<exchange> x);
    void leave(exchange& x, error why);
    void look(steady_time now);
    [[nodiscard]] steady_time due() const;
    void shut_down();

    [[nodiscard]] std::string authority() const { return where_.authority(); }
    // Nothing is open, under way or worth remembering.
    [[nodiscard]] bool is_forgettable() const noexcept;
    void add_to(pool_stats& stats) const;

private:
    // Who waits for a connection. Slow bodies have a line of their own, for they may not take all connections, and must
    // not keep other objects waiting meanwhile.
    enum class line : std::size_t
    {
        calls,
        objects,
        slow_objects
    };
    static constexpr std::array lines{line::calls, line::objects, line::slow_objects};

    struct opening
    {
        opening(line for_, std::uint64_t came) : meant_for(for_), newest(came) {}

        line const meant_for;
        std::uint64_t const newest;  // the last to come before it began
        asio::cancellation_signal stop;
    };
    using queue = std::deque<std::shared_ptr<exchange>>;

    void on_room(connection& c) override;
    void on_returned(connection& c, connection::exchanges again) override;
    void on_ended(connection& c, pipeline::conclusion end) override;
    void on_sent(std::uint64_t bytes) override { room_->stats.bytes_sent += bytes; }
    void look_by(steady_time when) override;

    [[nodiscard]] static line line_of(exchange const& x) noexcept;
    static constexpr std::size_t index(line which) noexcept { return static_cast<std::size_t>(which); }
    [[nodiscard]] queue& waiting(line which) noexcept { return waiting_[index(which)]; }
    [[nodiscard]] std::size_t able_to_go(line which) const noexcept;
    [[nodiscard]] std::size_t able_to_go() const noexcept;
    [[nodiscard]] unsigned max_connections() const noexcept { return std::max(room_->pool.connections, 1u); }
    void enqueue(std::shared_ptr<exchange> x);
    void dispatch();
    bool serve_next();
    bool serve(line which);
    [[nodiscard]] connection* choose(exchange const& x);
    [[nodiscard]] connection* pick(exchange const& x) const;
    [[nodiscard]] connection* busy_with_room(exchange const& x) const;
    [[nodiscard]] bool may_open() const noexcept;
    void open_for_waiters();
    void make_place_for_fresh();
    void open_for(line which);
    asio::awaitable<void> open(std::shared_ptr<opening> o);
    void opened(std::unique_ptr<stream> s);
    void could_not_open(opening const& o, error const& why);
    [[nodiscard]] pipeline_depth depth() const noexcept;
    [[nodiscard]] unsigned openings_wanted(line which) const noexcept;

    std::shared_ptr<pool_room> room_;
    endpoint where_;
    std::array<queue, lines.size()> waiting_;
    connection_board open_;
    connection* has_just_got_room_ = nullptr;
    std::vector<std::shared_ptr<opening>> openings_;
    std::array<unsigned, lines.size()> openings_of_{};
    std::uint64_t last_came_ = 0;
    unsigned broken_pipelines_ = 0;  // in a row
    bool one_at_a_time_ = false;
    bool dispatching_ = false;
    bool changed_ = false;
    bool shut_ = false;
};

}  // namespace sluice::net
