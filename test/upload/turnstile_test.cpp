#include "upload/turnstile.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <doctest/doctest.h>

#include <list>
#include <optional>
#include <utility>
#include <vector>

using namespace sluice;
using namespace std::chrono_literals;
using sluice::upload::turnstile;

namespace
{

// Some who come to the turnstile, and what becomes of each.
struct crowd
{
    struct one
    {
        asio::cancellation_signal stop;
        std::optional<result<turnstile::pass>> outcome;

        [[nodiscard]] bool is_in() const { return outcome && outcome->has_value(); }
        [[nodiscard]] bool failed(error_code with) const
        {
            return outcome && outcome->has_error() && outcome->error().code == with;
        }
        void leave() { outcome->value().leave(); }
    };

    asio::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time());
    std::shared_ptr<turnstile> gate;
    std::list<one> all;

    explicit crowd(unsigned at_once) : gate(turnstile::make(context.get_executor(), clock, at_once)) {}

    asio::awaitable<result<turnstile::pass>> enter(std::string bucket, steady_time until, priority p)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await gate->enter(bucket, until, p);
    }

    one& come(priority p) { return come("h", steady_time::max(), p); }

    one& come(std::string bucket = "h", steady_time until = steady_time::max(), priority p = priority::normal)
    {
        auto& o = all.emplace_back();
        auto done = [&o](std::exception_ptr const&, result<turnstile::pass> r) { o.outcome.emplace(std::move(r)); };
        asio::co_spawn(
            context, enter(std::move(bucket), until, p), asio::bind_cancellation_slot(o.stop.slot(), std::move(done)));
        settle();
        return o;
    }

    void settle()
    {
        context.restart();
        context.poll();
    }

    ~crowd() { all.clear(); }
};

}  // namespace

TEST_CASE("so many are let in, and the next when one leaves, in the order of coming")
{
    crowd c(2);
    auto& first = c.come();
    auto& second = c.come();
    auto& third = c.come();
    auto& fourth = c.come();
    CHECK(first.is_in());
    CHECK(second.is_in());
    CHECK_FALSE(third.outcome);
    second.leave();
    c.settle();
    CHECK(third.is_in());
    CHECK_FALSE(fourth.outcome);
    second.leave();  // has left before
    c.settle();
    CHECK_FALSE(fourth.outcome);
    first.leave();
    c.settle();
    CHECK(fourth.is_in());
}

TEST_CASE("thrown open it lets everybody in, and then again only when as many have left")
{
    crowd c(2);
    auto& first = c.come();
    auto& second = c.come();
    auto& third = c.come();
    auto& fourth = c.come();
    first.outcome->value().throw_open();
    c.settle();
    CHECK(third.is_in());
    CHECK(fourth.is_in());
    auto& late = c.come();
    first.leave();
    second.leave();
    c.settle();
    CHECK_FALSE(late.outcome);
    third.leave();
    c.settle();
    CHECK(late.is_in());
}

TEST_CASE("the more urgent are let in first, the others in the order of coming")
{
    crowd c(1);
    auto* inside = &c.come();
    auto& background = c.come(priority::background);
    auto& normal = c.come(priority::normal);
    auto& high = c.come(priority::high);
    auto& next_high = c.come(priority::high);
    for (auto* next : {&high, &next_high, &normal, &background})
    {
        CHECK_FALSE(next->outcome);
        inside->leave();
        c.settle();
        REQUIRE(next->is_in());
        inside = next;
    }
}

TEST_CASE("who is less urgent stays outside for so many, and no more")
{
    crowd c(1);
    auto* inside = &c.come();
    auto& patient = c.come(priority::normal);
    std::vector<crowd::one*> others;
    others.reserve(70);
    for (int i = 0; i < 70; ++i)
        others.push_back(&c.come(priority::high));
    std::size_t overtaken = 0;
    for (; !patient.outcome; ++overtaken)
    {
        inside->leave();
        c.settle();
        inside = others.at(overtaken);
    }
    CHECK(overtaken - 1 == 63);
}

TEST_CASE("buckets do not wait for each other")
{
    crowd c(1);
    CHECK(c.come("a").is_in());
    CHECK_FALSE(c.come("a").outcome);
    CHECK(c.come("b").is_in());
}

TEST_CASE("who is cancelled outside leaves the line")
{
    crowd c(1);
    auto& first = c.come();
    auto& second = c.come();
    auto& third = c.come();
    second.stop.emit(asio::cancellation_type::terminal);
    c.settle();
    CHECK(second.failed(asio::error::operation_aborted));
    first.leave();
    c.settle();
    CHECK(third.is_in());
}

TEST_CASE("who is cancelled when just let in is in")
{
    crowd c(1);
    auto& first = c.come();
    auto& second = c.come();
    first.leave();
    second.stop.emit(asio::cancellation_type::terminal);
    c.settle();
    CHECK(second.is_in());
    auto& third = c.come();
    CHECK_FALSE(third.outcome);
    second.leave();
    c.settle();
    CHECK(third.is_in());
}

TEST_CASE("the deadline holds outside, and nothing is left to wait for when nobody is")
{
    crowd c(1);
    auto& first = c.come();
    auto& hasty = c.come("h", c.clock->steady_now() + 3s);
    auto& patient = c.come("h", c.clock->steady_now() + 60s);
    c.clock->advance(2999ms);
    c.settle();
    CHECK_FALSE(hasty.outcome);
    c.clock->advance(1ms);
    c.settle();
    CHECK(hasty.failed(errc::deadline_exceeded));
    CHECK(c.clock->waiting() == 1);
    first.leave();
    c.settle();
    CHECK(patient.is_in());
    CHECK(c.clock->waiting() == 0);
}

TEST_CASE("an execution context may be destroyed with some inside and some outside")
{
    std::optional<crowd> c(1);
    c->come();
    c->come();
    c->come();
    c.reset();
}
