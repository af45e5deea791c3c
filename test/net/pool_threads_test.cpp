#include "pool_fixture.hpp"
#include "support/scripted_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;
using sluice::test::scripted_server;
using sluice::test::server_peer;

namespace
{

asio::awaitable<void> answer_each(server_peer& peer)
{
    auto const bytes = answer("fine");
    for (;;)
    {
        auto const head = co_await peer.read_until("\r\n\r\n");
        if (head.empty())
            co_return;
        co_await peer.write(bytes);
    }
}

// The server has a loop and a thread of its own.
class server_thread
{
public:
    server_thread() : server_(std::make_unique<scripted_server>(loop_.get_executor(), answer_each))
    {
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~server_thread()
    {
        asio::post(loop_, [this] {
            server_.reset();
            idle_.reset();
        });
        thread_.join();
    }
    server_thread(server_thread const&) = delete;
    server_thread& operator=(server_thread const&) = delete;

    [[nodiscard]] endpoint origin() const { return server_->origin(); }

private:
    asio::io_context loop_;
    asio::executor_work_guard<asio::io_context::executor_type> idle_ = asio::make_work_guard(loop_);
    std::unique_ptr<scripted_server> server_;
    std::thread thread_;
};

struct tally
{
    std::atomic<unsigned> answered = 0;
    std::atomic<unsigned> cancelled = 0;
    std::atomic<unsigned> other = 0;

    void count(result<response> const& r)
    {
        if (r && r->body == "fine")
            ++answered;
        else if (!r && r.error().code == asio::error::operation_aborted)
            ++cancelled;
        else
            ++other;
    }
};

asio::awaitable<void> send_often(pool& p, endpoint origin, unsigned times, tally& outcomes)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    fake_request what("x");
    for (unsigned i = 0; i < times; ++i)
    {
        auto const r = co_await p.send(origin, what, steady_time::max());
        outcomes.count(r);
        if (!r)
            co_return;
    }
}

}  // namespace

TEST_CASE("on a strand over several threads: calls, cancellations, and the end of the pool with calls under way")
{
    constexpr unsigned callers = 16;
    constexpr unsigned times = 50;
    server_thread server;
    auto const origin = server.origin();
    tally outcomes;
    {
        asio::io_context loop;
        auto const strand = asio::make_strand(loop);
        pool p(strand, system_clock(), loop.get_executor(), pool_config{});
        std::vector<asio::cancellation_signal> stops(callers);
        std::atomic<unsigned> ended = 0;

        // Half of the callers go on until they are stopped; the first of these one by one, the rest with the pool.
        for (unsigned i = 0; i < callers; ++i)
        {
            auto const often = i % 2 == 0 ? times : 1'000'000u;
            auto done = [&ended](std::exception_ptr const&) { ++ended; };
            asio::co_spawn(strand, send_often(p, origin, often, outcomes),
                asio::bind_cancellation_slot(stops[i].slot(), std::move(done)));
        }
        std::vector<std::thread> threads(4);
        for (auto& thread : threads)
            thread = std::thread([&loop] { loop.run(); });

        while (ended < callers / 2)  // not a number of answers: those who never end may have got most of them
            std::this_thread::yield();
        for (unsigned i = 1; i < callers / 2; i += 2)
            asio::post(strand, [&stops, i] { stops[i].emit(asio::cancellation_type::terminal); });
        while (outcomes.cancelled < callers / 4)
            std::this_thread::yield();
        asio::post(strand, [&p] { p.shut_down(); });
        for (auto& t : threads)
            t.join();
        CHECK(ended == callers);
    }
    CHECK(outcomes.cancelled.load() == callers / 2);
    CHECK(outcomes.other.load() == 0);
}
