#include <sluice/clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <vector>

using namespace sluice;
using namespace std::chrono_literals;

namespace
{

constexpr system_time start{std::chrono::seconds(1774857930)};

void poll(asio::io_context& context)
{
    context.restart();
    context.poll();
}

using outcome = std::optional<boost::system::error_code>;

auto store(outcome& to)
{
    return [&to](boost::system::error_code code) { to = code; };
}

}  // namespace

TEST_CASE("a manual clock stands still until it is told to move")
{
    manual_clock c(start);
    auto const steady_start = c.steady_now();
    CHECK(c.now() == start);
    c.advance(90min);
    CHECK(c.now() == start + 90min);
    CHECK(c.steady_now() == steady_start + 90min);
    c.set_system_time(start - 24h);
    CHECK(c.now() == start - 24h);
    CHECK(c.steady_now() == steady_start + 90min);
}

TEST_CASE("waits on a manual clock complete in the order of their ends")
{
    asio::io_context context;
    manual_clock c(start);
    std::vector<int> done;
    for (int const seconds : {3, 1, 2, 5, 2})
        c.async_wait_until(c.steady_now() + std::chrono::seconds(seconds), context.get_executor(),
            [&done, seconds](boost::system::error_code) { done.push_back(seconds); });
    CHECK(c.waiting() == 5);

    c.advance(999ms);
    poll(context);
    CHECK(done.empty());

    c.advance(2001ms);
    CHECK(done.empty());  // not inside advance()
    CHECK(c.waiting() == 1);
    poll(context);
    CHECK(done == std::vector{1, 2, 2, 3});

    c.advance(2s);
    poll(context);
    CHECK(done.back() == 5);
    CHECK(c.waiting() == 0);
}

TEST_CASE("a wait that is due completes, but not inside the call")
{
    asio::io_context context;
    manual_clock by_hand(start);
    for (sluice::clock* const c : {static_cast<sluice::clock*>(&by_hand), system_clock().get()})
    {
        outcome result;
        c->async_wait_until(c->steady_now(), context.get_executor(), store(result));
        CHECK(!result);
        poll(context);
        REQUIRE(result);
        CHECK(!*result);
    }
    CHECK(by_hand.waiting() == 0);
}

TEST_CASE("a pending wait keeps its io_context running")
{
    asio::io_context context;
    manual_clock c(start);
    outcome result;
    c.async_wait_until(c.steady_now() + 1h, context.get_executor(), store(result));
    poll(context);
    CHECK(!context.stopped());
    c.advance(1h);
    poll(context);
    CHECK(context.stopped());
    REQUIRE(result);
    CHECK(!*result);
}

TEST_CASE("a wait is cancelled through its slot")
{
    asio::io_context context;
    manual_clock by_hand(start);
    for (sluice::clock* const c : {static_cast<sluice::clock*>(&by_hand), system_clock().get()})
    {
        asio::cancellation_signal signal;
        outcome cancelled;
        outcome neighbour;
        c->async_wait_until(c->steady_now() + 1h, context.get_executor(),
            asio::bind_cancellation_slot(signal.slot(), store(cancelled)));
        asio::cancellation_signal unused;
        c->async_wait_until(c->steady_now() + 1h, context.get_executor(),
            asio::bind_cancellation_slot(unused.slot(), store(neighbour)));
        signal.emit(asio::cancellation_type::terminal);
        CHECK(!cancelled);
        poll(context);
        CHECK(cancelled == asio::error::operation_aborted);
        CHECK(!neighbour);
        unused.emit(asio::cancellation_type::terminal);
        poll(context);
        CHECK(neighbour == asio::error::operation_aborted);
    }
    CHECK(by_hand.waiting() == 0);
}

TEST_CASE("a cancelled wait is no longer pending when its handler runs")
{
    asio::io_context context;
    manual_clock c(start);
    asio::cancellation_signal signal;
    std::size_t pending = 99;
    auto count = [&](boost::system::error_code) { pending = c.waiting(); };
    c.async_wait_until(c.steady_now() + 1h, context.get_executor(), asio::bind_cancellation_slot(signal.slot(), count));
    signal.emit(asio::cancellation_type::terminal);
    poll(context);
    CHECK(pending == 0);
}

TEST_CASE("a wait completes on the executor of its handler")
{
    asio::io_context context;
    asio::io_context other;
    manual_clock by_hand(start);
    for (sluice::clock* const c : {static_cast<sluice::clock*>(&by_hand), system_clock().get()})
    {
        outcome result;
        c->async_wait_until(
            c->steady_now(), context.get_executor(), asio::bind_executor(other.get_executor(), store(result)));
        poll(context);
        CHECK(!result);
        poll(other);
        CHECK(result);
    }
}

TEST_CASE("destroying a manual clock cancels its waits")
{
    asio::io_context context;
    outcome result;
    {
        manual_clock c(start);
        c.async_wait_until(c.steady_now() + 1h, context.get_executor(), store(result));
    }
    poll(context);
    CHECK(result == asio::error::operation_aborted);
}

TEST_CASE("a manual clock outlives the io_context that its waits ran on")
{
    manual_clock c(start);
    outcome result;
    {
        asio::io_context context;
        c.async_wait_until(c.steady_now() + 1h, context.get_executor(), store(result));
        c.async_wait_until(c.steady_now() + 2h, context.get_executor(), store(result));
        c.advance(1h);
    }
    CHECK(c.waiting() == 0);
    c.advance(1h);
    CHECK(!result);
}
