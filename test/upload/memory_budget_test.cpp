#include "upload/memory_budget.hpp"

#include "net/places_behind.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <cstring>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sluice;
using namespace std::chrono_literals;
using sluice::upload::memory_budget;

namespace
{

constexpr auto block_size = memory_budget::block_size;

// Some who share a budget of so many blocks.
struct household
{
    struct member
    {
        explicit member(memory_budget& of, priority p) : share(of.open(p)) {}

        memory_budget::share share;
        std::vector<memory_budget::block> blocks;
        asio::cancellation_signal stop;
        std::optional<result<memory_budget::block>> outcome;  // of the latest take()

        bool try_take()
        {
            memory_budget::block b;
            if (!share.try_take(b))
                return false;
            blocks.push_back(std::move(b));
            return true;
        }
        void take_all()
        {
            while (try_take())
                ;
        }
        [[nodiscard]] bool waits() const { return !outcome; }
        [[nodiscard]] bool has_got() const { return outcome && outcome->has_value(); }
        [[nodiscard]] bool failed(error_code with) const
        {
            return outcome && outcome->has_error() && outcome->error().code == with;
        }
    };

    asio::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time());
    std::shared_ptr<memory_budget> budget;
    std::list<member> all;

    explicit household(std::uint64_t blocks)
        : budget(memory_budget::make(context.get_executor(), clock, blocks * block_size))
    {}
    ~household() { all.clear(); }

    member& come(priority p = priority::normal) { return all.emplace_back(*budget, p); }

    member& come_holding(std::size_t blocks, priority p = priority::normal)
    {
        auto& m = come(p);
        while (m.blocks.size() < blocks)
            REQUIRE(m.try_take());
        return m;
    }

    static asio::awaitable<result<memory_budget::block>> take(member& m, steady_time until)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await m.share.take(until);
    }

    void ask(member& m, steady_time until = steady_time::max())
    {
        m.outcome.reset();
        auto done = [&m](
                        std::exception_ptr const&, result<memory_budget::block> r) { m.outcome.emplace(std::move(r)); };
        asio::co_spawn(context, take(m, until), asio::bind_cancellation_slot(m.stop.slot(), std::move(done)));
        settle();
    }

    void settle()
    {
        context.restart();
        context.poll();
    }

    void give_back_one(member& m)
    {
        m.blocks.pop_back();
        settle();
    }

    [[nodiscard]] std::uint64_t blocks_in_use() const { return budget->in_use() / block_size; }
};

void rethrow(std::exception_ptr const& thrown)
{
    if (thrown)
        std::rethrow_exception(thrown);
}

// Nothing is guaranteed to them, and each lets the others go on while it holds its block.
asio::awaitable<void> take_and_give_back(memory_budget& budget, unsigned number, unsigned& ended)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto share = budget.open(static_cast<priority>(number % 3));
    share.set_guaranteed(0);
    for (unsigned round = 0; round < 200; ++round)
    {
        auto got = co_await share.take(steady_time::max());
        if (!got)
            co_return;
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    ++ended;
}

}  // namespace

TEST_CASE("a block is as large as it should be, and counted as long as it exists")
{
    household h(4);
    {
        auto const body = h.budget->take_now();
        REQUIRE(body);
        std::memset(body.get(), 1, block_size);
        CHECK(h.budget->in_use() == block_size);
        auto& m = h.come_holding(2);
        CHECK(h.budget->in_use() == 3 * block_size);
        CHECK(m.share.held() == 2);
        auto moved = std::move(m.blocks.back());
        m.blocks.pop_back();
        CHECK(m.share.held() == 2);
        moved = {};
        CHECK(m.share.held() == 1);
    }
    CHECK(h.blocks_in_use() == 1);
}

TEST_CASE("few blocks are kept, and used again")
{
    household h(100);
    char const* first = nullptr;
    {
        auto const b = h.budget->take_now();
        first = b.get();
    }
    CHECK(h.budget->unused() == 1);
    {
        auto const b = h.budget->take_now();
        CHECK(b.get() == first);
        CHECK(h.budget->unused() == 0);
        h.come_holding(50).blocks.clear();
    }
    CHECK(h.budget->unused() == 8);
    CHECK(h.budget->in_use() == 0);
}

TEST_CASE("a share has its guaranteed blocks whatever the others hold, and more while there are some")
{
    household h(4);
    auto& greedy = h.come();
    greedy.take_all();
    CHECK(greedy.blocks.size() == 4);
    CHECK(greedy.share.would_wait());
    auto& other = h.come();
    CHECK_FALSE(other.share.would_wait());
    other.take_all();
    CHECK(other.blocks.size() == 1);
    other.share.set_guaranteed(3);
    other.take_all();
    CHECK(other.blocks.size() == 3);
    CHECK(h.blocks_in_use() == 7);
    greedy.blocks.resize(2);  // five are held
    CHECK_FALSE(other.try_take());
    greedy.blocks.clear();
    CHECK(other.try_take());
}

TEST_CASE("bodies never wait, and what they hold is not there for others")
{
    household h(4);
    std::vector<memory_budget::block> bodies;
    bodies.reserve(6);
    for (int i = 0; i < 6; ++i)
        bodies.push_back(h.budget->take_now());
    CHECK(h.blocks_in_use() == 6);
    auto& m = h.come_holding(1);
    CHECK(m.share.would_wait());
    h.ask(m);
    bodies.resize(4);
    h.settle();
    CHECK(m.waits());
    bodies.resize(2);
    h.settle();
    CHECK(m.has_got());
}

TEST_CASE(
    "of a hundred shares, ninety-nine silent ones with what they are guaranteed do not keep the last from going on")
{
    household h(10);
    for (int i = 0; i < 99; ++i)
        h.come_holding(1);
    auto& busy = h.come();
    for (int round = 0; round < 1000; ++round)
    {
        h.ask(busy);
        REQUIRE(busy.has_got());
        busy.outcome.reset();
    }
    CHECK(h.blocks_in_use() == 99);
}

TEST_CASE("what is given back goes to who holds the fewest, and among equals to who came first")
{
    household h(6);
    auto& owner = h.come_holding(1);
    auto& many = h.come_holding(3);
    auto& few = h.come_holding(1);
    auto& also_few = h.come_holding(1);
    h.ask(many);
    h.ask(few);
    h.ask(also_few);
    many.blocks.pop_back();
    h.settle();
    CHECK(few.has_got());
    CHECK(also_few.waits());
    CHECK(many.waits());
    h.give_back_one(owner);
    CHECK(also_few.has_got());
    few.outcome.reset();
    h.settle();
    CHECK(many.has_got());
    CHECK(h.blocks_in_use() == 6);
}

TEST_CASE("who falls below what is guaranteed while it waits is served at once")
{
    household h(2);
    auto& greedy = h.come_holding(2);
    auto& m = h.come_holding(1);
    h.ask(m);
    CHECK(m.waits());
    m.share.set_guaranteed(2);
    h.settle();
    CHECK(m.has_got());
    CHECK(m.share.held() == 2);
    m.blocks.push_back(std::move(*m.outcome).value());
    h.ask(m);
    CHECK(m.waits());
    h.give_back_one(m);  // three are held still
    CHECK(m.has_got());
    CHECK(greedy.blocks.size() == 2);
}

TEST_CASE("the more urgent are served first, whatever they hold")
{
    household h(6);
    auto& owner = h.come_holding(2);
    auto& background = h.come_holding(1, priority::background);
    auto& normal = h.come_holding(1);
    auto& high = h.come_holding(2, priority::high);
    h.ask(background);
    h.ask(normal);
    h.ask(high);
    h.give_back_one(owner);
    CHECK(high.has_got());
    CHECK(normal.waits());
    h.give_back_one(owner);
    CHECK(normal.has_got());
    CHECK(background.waits());
    normal.outcome.reset();
    h.settle();
    CHECK(background.has_got());
}

TEST_CASE("nobody is passed over for ever")
{
    struct row
    {
        priority waiting;
        std::size_t held;
        priority others;
    };
    static constexpr row rows[] = {{priority::background, 1, priority::high},
        {priority::background, 1, priority::normal}, {priority::normal, 1, priority::high},
        {priority::normal, 3, priority::normal}, {priority::high, 3, priority::high}};
    for (auto const& r : rows)
    {
        CAPTURE(static_cast<int>(r.waiting));
        CAPTURE(static_cast<int>(r.others));
        household h(r.held + 3);
        auto body = h.budget->take_now();
        auto& patient = h.come_holding(r.held, r.waiting);
        auto& first = h.come_holding(1, r.others);
        auto& second = h.come_holding(1, r.others);
        h.ask(patient);
        // Two who hold less, or are more urgent, pass the same block to each other.
        h.ask(first);
        body = {};
        h.settle();
        CHECK(first.has_got());
        std::uint64_t passed_over = 1;
        for (auto* next = &second; patient.waits() && passed_over < 2000; ++passed_over)
        {
            auto& holder = next == &second ? first : second;
            h.ask(*next);
            holder.outcome.reset();
            h.settle();
            if (!next->has_got())
                break;
            next = &holder;
        }
        CHECK(patient.has_got());
        CHECK(passed_over >= net::places_behind(r.waiting));
        CHECK(passed_over <= 64 + net::places_behind(r.waiting) + 2);
    }
}

TEST_CASE("who is cancelled while it waits leaves the line")
{
    household h(1);
    auto& owner = h.come_holding(1);
    auto& first = h.come_holding(1);
    auto& second = h.come_holding(1);
    h.ask(first);
    h.ask(second);
    first.stop.emit(asio::cancellation_type::terminal);
    h.settle();
    CHECK(first.failed(asio::error::operation_aborted));
    owner.blocks.clear();
    first.blocks.clear();
    h.settle();
    CHECK(second.waits());  // its own is held
    second.blocks.clear();
    h.settle();
    CHECK(second.has_got());
    CHECK(h.blocks_in_use() == 1);
}

TEST_CASE("who is cancelled when just served has its block")
{
    household h(2);
    auto& owner = h.come_holding(1);
    auto& m = h.come_holding(1);
    h.ask(m);
    owner.blocks.clear();
    m.stop.emit(asio::cancellation_type::terminal);
    h.settle();
    CHECK(m.has_got());
}

TEST_CASE("the deadline holds while waiting, and nothing is left to wait for when nobody waits")
{
    household h(2);
    auto& owner = h.come_holding(2);
    auto& hasty = h.come_holding(1);
    auto& patient = h.come_holding(1);
    h.ask(hasty, h.clock->steady_now() + 3s);
    h.ask(patient, h.clock->steady_now() + 60s);
    h.clock->advance(2999ms);
    h.settle();
    CHECK(hasty.waits());
    h.clock->advance(1ms);
    h.settle();
    REQUIRE(hasty.failed(errc::deadline_exceeded));
    CHECK(hasty.outcome->error().message.find("client_config::memory_limit") != std::string::npos);
    CHECK(h.clock->waiting() == 1);
    owner.blocks.clear();
    hasty.blocks.clear();
    h.settle();
    CHECK(patient.has_got());
    CHECK(h.clock->waiting() == 0);
}

TEST_CASE("a share that is gone takes its place in the line with it, and its blocks when they go")
{
    household h(2);
    auto& owner = h.come_holding(2);
    auto& leaving = h.come_holding(1);
    auto& staying = h.come_holding(1);
    h.ask(leaving);
    h.ask(staying);
    leaving.share = {};
    h.settle();
    CHECK(leaving.failed(asio::error::operation_aborted));
    CHECK(h.blocks_in_use() == 4);
    leaving.blocks.clear();
    owner.share = {};
    owner.blocks.clear();
    h.settle();
    CHECK(staying.has_got());
    CHECK(h.blocks_in_use() == 2);
}

TEST_CASE("no wake-up is lost: many who take and give back at every turn all come to an end")
{
    household h(7);
    unsigned ended = 0;
    for (unsigned i = 0; i < 30; ++i)
        asio::co_spawn(h.context, take_and_give_back(*h.budget, i, ended), rethrow);
    h.settle();
    CHECK(ended == 30);
    CHECK(h.budget->in_use() == 0);
}

TEST_CASE("an execution context may be destroyed while some hold and some wait")
{
    std::optional<household> h(2);
    auto& owner = h->come_holding(2);
    h->ask(h->come_holding(1));
    auto& served = h->come_holding(1);
    h->ask(served);
    owner.blocks.pop_back();  // on its way to who waits
    h.reset();
}

TEST_CASE("an execution context may be destroyed with those who wait, and their shares, on it")
{
    auto context = std::make_unique<asio::io_context>();
    auto const clock = std::make_shared<manual_clock>(system_time());
    auto const budget = memory_budget::make(context->get_executor(), clock, block_size);
    unsigned ended = 0;
    for (unsigned i = 0; i < 3; ++i)
        asio::co_spawn(*context, take_and_give_back(*budget, i, ended), rethrow);
    context->run_one();
    context->run_one();
    context.reset();
    CHECK(ended == 0);
    CHECK(budget->in_use() == 0);
}
