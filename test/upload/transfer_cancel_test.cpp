#include "transfer_fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;
using fault = fake_oss::fault;

namespace
{

// Cancels when the first request begins, then at the second, until none is left. `meanwhile`: what becomes of it.
void cancel_at_every_step(std::size_t size, fault meanwhile)
{
    bool fired = true;
    for (unsigned step = 0; fired; ++step)
    {
        CAPTURE(size);
        CAPTURE(static_cast<int>(meanwhile));
        CAPTURE(step);
        transfer_fixture t;
        t.env.initiate_grace = std::chrono::milliseconds(1);
        t.content = patterned(size);
        fired = false;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (c.number != step)
                return fault::none;
            fired = true;
            asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
            return meanwhile;
        };
        auto const got = t.send();
        if (got)
            CHECK(t.delivered());
        else
            CHECK(got.error().code == asio::error::operation_aborted);
        CHECK(got.has_value() == !fired);
        CHECK(t.oss.in_flight == 0);
        CHECK(t.oss.open_uploads.empty());
        CHECK(t.costs.orphans.size() == 0);
    }
}

}  // namespace

TEST_CASE("a cancelled upload ends with operation_aborted and leaves no upload open, whenever it is cancelled")
{
    for (std::size_t size : {0u, 1'000u, 750'000u})
        for (auto meanwhile : {fault::none, fault::silent, fault::lost_after})
            cancel_at_every_step(size, meanwhile);
}

TEST_CASE("the answer to a cancelled Initiate is waited for, so that its upload can be aborted without a list")
{
    transfer_fixture t;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_initiate())
            asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
        return fault::none;
    };
    CHECK(t.send().error().code == asio::error::operation_aborted);
    CHECK(t.oss.calls == 2);  // Initiate and Abort
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a context destroyed in the middle of an upload takes it along")
{
    for (unsigned turns = 0; turns < 120; turns += 3)
    {
        CAPTURE(turns);
        auto const witness = std::make_shared<int>(0);
        {
            auto t = std::make_unique<transfer_fixture>();
            auto from = std::make_unique<memory_source>(asio::buffer(t->content));
            auto const plan = upload::open_and_plan(*from, t->options).value();
            asio::co_spawn(t->context,
                upload::as_error_codes(upload::transfer(t->env, t->order_of(*from, plan), t->costs)),
                [witness](std::exception_ptr const&, result<receipt> const&) {});
            for (unsigned i = 0; i < turns; ++i)
                t->context.poll_one();
        }
        CHECK(witness.use_count() == 1);
    }
}
