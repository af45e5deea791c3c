#include "upload/bandwidth_limit.hpp"

#include "upload/part_body.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <list>
#include <optional>
#include <string>
#include <utility>

using namespace sluice;
using namespace std::chrono_literals;
using sluice::upload::bandwidth_gate;
using sluice::upload::bandwidth_limit;
using sluice::upload::part_body;

namespace
{

constexpr std::size_t whole = part_body::block_size;

// Two uploads of a client, each with a limit of its own, and what they send of the same bytes.
struct crossing
{
    asio::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time());
    std::shared_ptr<upload::memory_budget> memory =
        upload::memory_budget::make(context.get_executor(), clock, 64 * mib);
    bandwidth_limit all;
    bandwidth_limit one;
    bandwidth_limit other;
    bandwidth_gate gate{*clock, one, all};
    bandwidth_gate other_gate{*clock, other, all};
    std::string content = std::string(4 * mib, 'x');
    memory_source from{asio::buffer(content)};
    upload::progress_meter meter{*clock, {}, nullptr, content.size(), 0};
    part_body body{from, {0, content.size()}, context.get_executor(), *memory, meter, gate};
    part_body other_body{from, {0, content.size()}, context.get_executor(), *memory, meter, other_gate};
    std::list<asio::cancellation_signal> stops;
    bool stopped = false;

    asio::awaitable<void> send(part_body& what, std::uint64_t& sent)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        for (;;)
        {
            auto const got = co_await what.next();
            if (!got)
            {
                stopped = got.error().code == asio::error::operation_aborted;
                co_return;
            }
            if (got->size() == 0)
                co_return;
            sent += got->size();
        }
    }

    void begin(part_body& what, std::uint64_t& sent)
    {
        auto const ended = [](std::exception_ptr const& e) {
            if (e)
                std::rethrow_exception(e);
        };
        asio::co_spawn(context, send(what, sent), asio::bind_cancellation_slot(stops.emplace_back().slot(), ended));
        settle();
    }

    void stop()
    {
        for (auto& each : stops)
            each.emit(asio::cancellation_type::terminal);
        settle();
    }

    void settle()
    {
        context.restart();
        context.poll();
    }

    // In steps, for who waits looks again and again.
    void advance(std::chrono::milliseconds by)
    {
        for (auto left = by; left > 0ms; left -= 10ms)
        {
            clock->advance(std::min(left, std::chrono::milliseconds(10)));
            settle();
        }
    }
};

}  // namespace

TEST_CASE("without a limit blocks are whole, and nobody waits")
{
    crossing c;
    CHECK(c.gate.is_open());
    CHECK(c.gate.piece(whole) == whole);
    CHECK(c.body.is_ready());
    CHECK_FALSE(c.body.is_held_back());
    std::uint64_t sent = 0;
    c.begin(c.body, sent);
    CHECK(sent == 4 * mib);
    CHECK(c.clock->waiting() == 0);
}

TEST_CASE("under a limit blocks are a quarter of a second's worth, neither tiny nor larger than usual")
{
    struct row
    {
        std::uint64_t own, all;
        std::size_t most, piece;
    };
    static constexpr row rows[] = {{0, 0, whole, whole}, {400'000, 0, whole, 100'000}, {0, 400'000, whole, 100'000},
        {400'000, 40'000, whole, 10'000}, {40'000, 400'000, whole, 10'000}, {1, 0, whole, 4096}, {1, 1, 100, 100},
        {1'000'000'000'000, 0, whole, whole}, {400'000, 0, 50, 50}};
    for (auto const& r : rows)
    {
        CAPTURE(r.own);
        CAPTURE(r.all);
        crossing c;
        c.one.set(r.own);
        c.all.set(r.all);
        CHECK(c.gate.piece(r.most) == r.piece);
    }
}

TEST_CASE("a body is slow while the limit of its upload holds back what is left of it")
{
    struct row
    {
        std::uint64_t own, all;
        bool slow;
    };
    static constexpr row rows[] = {{0, 0, false}, {0, 16 * kib, false}, {16 * kib, 0, true}, {mib, mib, true},
        {16 * mib, 0, false}, {17 * mib, 16 * kib, false}};
    for (auto const& r : rows)
    {
        CAPTURE(r.own);
        CAPTURE(r.all);
        crossing c;
        c.one.set(r.own);
        c.all.set(r.all);
        CHECK(c.body.is_slow() == r.slow);
    }

    crossing c;
    c.one.set(4 * mib);
    std::uint64_t sent = 0;
    c.begin(c.body, sent);
    CHECK(c.body.is_slow());
    while (sent < 4 * mib)
        c.advance(50ms);
    CHECK(c.body.finished());
    CHECK(c.body.is_slow());  // when it has to be sent again
    c.one.set(0);
    CHECK_FALSE(c.body.is_slow());
}

TEST_CASE("no more than the limit is sent, whichever it is, and that much is")
{
    struct row
    {
        std::uint64_t own, all, rate;
    };
    static constexpr row rows[] = {{100'000, 0, 100'000}, {0, 100'000, 100'000}, {100'000, 300'000, 100'000},
        {300'000, 100'000, 100'000}, {5'000, 0, 5'000}, {2'000'000, 0, 2'000'000}};
    for (auto const& r : rows)
    {
        CAPTURE(r.own);
        CAPTURE(r.all);
        crossing c;
        c.one.set(r.own);
        c.all.set(r.all);
        std::uint64_t sent = 0;
        c.begin(c.body, sent);
        auto const at_once = std::max<std::uint64_t>(r.rate / 4, 4096);
        for (unsigned tenths = 0; tenths <= 18; ++tenths)
        {
            CHECK(sent <= at_once + r.rate * tenths / 10 + 1);
            CHECK(sent + 2 * at_once + 1 >= r.rate * tenths / 10);
            c.advance(100ms);
        }
    }
}

TEST_CASE("a body that has to wait is not ready")
{
    crossing c;
    c.one.set(40'000);
    CHECK(c.body.is_ready());  // the first piece may go
    std::uint64_t sent = 0;
    c.begin(c.body, sent);
    CHECK(sent == 10'000);
    CHECK_FALSE(c.other_gate.would_wait(whole));
    CHECK(c.gate.would_wait(1));
    CHECK_FALSE(c.body.is_ready());
    CHECK(c.body.is_held_back());
    c.one.set(0);
    CHECK(c.body.is_ready());
    CHECK_FALSE(c.body.is_held_back());
}

TEST_CASE("a limit that changes counts for who waits already")
{
    crossing c;
    c.all.set(1000);
    std::uint64_t sent = 0;
    c.begin(c.body, sent);
    c.advance(1s);
    CHECK(sent == 0);  // the first piece is worth four seconds
    c.all.set(100'000);
    c.advance(1s);
    CHECK(sent > 50'000);
    CHECK(sent < 150'000);
    c.all.set(0);
    c.advance(250ms);
    CHECK(sent == 4 * mib);
    CHECK(c.clock->waiting() == 0);
}

TEST_CASE("uploads under the client's limit go in the order of asking, and one with a lower limit leaves the rest")
{
    for (std::uint64_t const own : {0U, 20'000U})
    {
        CAPTURE(own);
        crossing c;
        c.all.set(100'000);
        c.one.set(own);
        std::uint64_t sent = 0;
        std::uint64_t others = 0;
        c.begin(c.body, sent);
        c.begin(c.other_body, others);
        c.advance(10s);
        CHECK(sent + others > 980'000);
        CHECK(sent + others < 1'080'000);
        CHECK(sent > (own == 0 ? 450'000 : 150'000));
        CHECK(sent < (own == 0 ? 550'000 : 210'000));
    }
}

TEST_CASE("what is sent again counts again")
{
    crossing c;
    c.one.set(400'000);
    std::uint64_t sent = 0;
    c.begin(c.body, sent);
    CHECK(sent == 100'000);
    c.stop();
    c.body.rewind();
    CHECK_FALSE(c.body.is_ready());
}

TEST_CASE("cancelling ends the wait")
{
    crossing c;
    c.all.set(1000);
    std::uint64_t sent = 0;
    c.begin(c.body, sent);
    c.stop();
    CHECK(c.stopped);
    CHECK(c.clock->waiting() == 0);
}
