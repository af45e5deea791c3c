#include "base/crc64.hpp"
#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"
#include "upload/destination.hpp"
#include "upload/range_digest.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace
{

// A disk that does not answer.
class stuck_source final : public source
{
public:
    std::string name() const override { return "stuck"; }
    result<std::uint64_t> open() override { return mib; }
    asio::awaitable<result<std::size_t>> read_at(std::uint64_t, asio::mutable_buffer, asio::any_io_executor) override
    {
        asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return error(asio::error::operation_aborted);
    }
    result<void> verify_unchanged() override { return {}; }
};

struct digest_fixture : transfer_fixture
{
    result<upload::range_digest> digest(
        source& from, upload::part_body::range what, bool with_md5, steady_time until = steady_time::max())
    {
        upload::part_plan const plan{.size = what.size, .part_size = what.size, .parts = 1};
        auto const at = upload::locate(env, grant).value();
        auto const order = order_of(from, plan, until);
        upload::workshop w(env, order, at, context.get_executor(), costs);
        return run(context, upload::digest_range(w, what, with_md5), &stop);
    }
};

}  // namespace

TEST_CASE("the digest of a range is that of its bytes, with and without a deadline")
{
    for (auto const until : {steady_time::max(), system_clock()->steady_now() + 1h})
    {
        digest_fixture t;
        memory_source from(asio::buffer(t.content));
        auto const range = t.content.substr(1000, 300'000);
        auto const got = t.digest(from, {.offset = 1000, .size = range.size()}, true, until);
        REQUIRE(got.has_value());
        CHECK(got->crc64 == crc64(0, as_bytes(range)));
        CHECK(got->md5.size() == 32);
        auto const plain = t.digest(from, {.offset = 1000, .size = range.size()}, false, until);
        REQUIRE(plain.has_value());
        CHECK(plain->crc64 == got->crc64);
        CHECK(plain->md5.empty());
    }
}

TEST_CASE("others have their turn while a long range is read")
{
    digest_fixture t;
    t.content = patterned(40 * mib);
    memory_source from(asio::buffer(t.content));
    bool over = false;
    unsigned turns = 0;
    auto other = [&]() -> asio::awaitable<void> {
        while (!over)
        {
            co_await asio::post(asio::use_awaitable);
            ++turns;
        }
    };
    auto both = [&]() -> asio::awaitable<result<upload::range_digest>> {
        upload::part_plan const plan{.size = t.content.size(), .part_size = t.content.size(), .parts = 1};
        auto const at = upload::locate(t.env, t.grant).value();
        auto const order = t.order_of(from, plan);
        upload::workshop w(t.env, order, at, t.context.get_executor(), t.costs);
        upload::part_body::range const all{.offset = 0, .size = t.content.size()};
        auto done = co_await upload::digest_range(w, all, false);
        over = true;
        co_return done;
    };
    asio::co_spawn(t.context, other(), asio::detached);
    CHECK(run(t.context, both()).has_value());
    CHECK(turns >= 10);
}

TEST_CASE("a source that hangs is given up at the deadline, or when the upload is cancelled")
{
    digest_fixture t;
    t.use(std::make_shared<skipping_clock>());
    stuck_source from;
    auto const late = t.digest(from, {.offset = 0, .size = mib}, false, t.time->steady_now() + 60s);
    REQUIRE(late.has_error());
    CHECK(late.error().code == errc::deadline_exceeded);

    auto later = [&] { asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); }); };
    asio::post(t.context, later);
    auto const cancelled = t.digest(from, {.offset = 0, .size = mib}, false);
    REQUIRE(cancelled.has_error());
    CHECK(cancelled.error().code == asio::error::operation_aborted);
}
