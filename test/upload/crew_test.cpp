#include "run.hpp"
#include "upload/crew.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <chrono>

using namespace sluice;
using namespace sluice::test;
using sluice::upload::crew;

namespace
{

asio::awaitable<result<void>> give(result<void> outcome)
{
    co_return outcome;
}

// Sleeps until cancelled, and counts that.
asio::awaitable<result<void>> sleep_for_ever(int& woken)
{
    asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    ++woken;
    co_return error(asio::error::operation_aborted);
}

// Adds a copy of itself so often.
asio::awaitable<result<void>> add_more(crew& to, int more, int& done)
{
    if (more > 0)
        to.add(add_more(to, more - 1, done));
    ++done;
    co_return result<void>();
}

}  // namespace

TEST_CASE("a crew of nobody has ended")
{
    asio::io_context context;
    crew c(context.get_executor());
    CHECK(run(context, c.join()).has_value());
}

TEST_CASE("the first of a crew that fails cancels the others, is the result, and nobody is added after it")
{
    asio::io_context context;
    crew c(context.get_executor());
    int woken = 0;
    c.add(sleep_for_ever(woken));
    c.add(give(result<void>()));
    c.add(give(error(errc::stalled)));
    c.add(sleep_for_ever(woken));
    auto const ended = run(context, c.join());
    REQUIRE(ended.has_error());
    CHECK(ended.error().code == errc::stalled);
    CHECK(woken == 1);  // the last was not begun
    auto const before = woken;
    c.add(sleep_for_ever(woken));
    CHECK(run(context, c.join()).has_error());
    CHECK(woken == before);
}

TEST_CASE("those of a crew that one of them adds are joined too")
{
    asio::io_context context;
    crew c(context.get_executor());
    int done = 0;
    c.add(add_more(c, 20'000, done));  // more than a stack holds, should they run inside each other
    CHECK(run(context, c.join()).has_value());
    CHECK(done == 20'001);
}

TEST_CASE("cancelling the one who joins a crew cancels and joins all")
{
    asio::io_context context;
    crew c(context.get_executor());
    int woken = 0;
    c.add(sleep_for_ever(woken));
    c.add(sleep_for_ever(woken));
    asio::cancellation_signal stop;
    asio::steady_timer soon(context, std::chrono::milliseconds(0));
    soon.async_wait([&stop](error_code) { stop.emit(asio::cancellation_type::terminal); });
    auto const ended = run(context, c.join(), &stop);
    REQUIRE(ended.has_error());
    CHECK(ended.error().code == asio::error::operation_aborted);
    CHECK(woken == 2);
}
