#include "base/crc64.hpp"
#include "silent_refresher.hpp"
#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"
#include "upload/stream_upload.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;
using upload::stream_upload;

namespace
{

// One stream to a fake OSS: the upload runs beside those who bring the bytes.
struct stream_fixture : transfer_fixture
{
    std::optional<stream_upload> stream;
    std::optional<result<receipt>> outcome;
    steady_time const begun = env.clock->steady_now() - std::chrono::seconds(5);  // it took so long to get the grant

    stream_fixture() { options.stream_part_size = 256 * kib; }

    void begin(stream_source* from = nullptr)
    {
        oss.time = env.clock.get();
        stream.emplace(context.get_executor(), env, stream_upload::settings{"live", options, begun});
        asio::co_spawn(context, upload::as_error_codes(stream->run(grant, steering, from, costs)),
            asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr const& thrown, result<receipt> done) {
                REQUIRE(thrown == nullptr);
                outcome = std::move(done);
            }));
    }

    asio::awaitable<result<void>> write(std::string const& text)
    {
        for (std::size_t at = 0; at < text.size();)
        {
            auto const taken = co_await stream->write_some(asio::buffer(text) + at);
            if (!taken)
                co_return taken.error();
            at += *taken;
        }
        co_return result<void>();
    }

    // All of the content in writes of `step` bytes, and the end.
    result<receipt> send(std::size_t step = 100'000)
    {
        begin();
        auto writing = [&]() -> asio::awaitable<void> {
            for (std::size_t at = 0; at < content.size(); at += step)
            {
                auto const written = co_await write(content.substr(at, step));
                if (!written)
                    co_return;
            }
            stream->finish();
        };
        asio::co_spawn(context, writing(), asio::detached);
        context.run();
        context.restart();
        REQUIRE(outcome.has_value());
        return *outcome;
    }
};

// Gives text in pieces.
class text_stream final : public stream_source
{
public:
    explicit text_stream(std::string text) : text_(std::move(text)) {}

    std::string name() const override { return "text"; }
    asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) override
    {
        if (at_ >= fail_at)
            co_return error(errc::source_failed, "the camera is gone");
        if (at_ >= throw_at)
            throw std::runtime_error("no signal");
        auto const size = asio::buffer_copy(asio::buffer(to, 70'000), asio::buffer(text_) + at_);
        at_ += size;
        co_return size;
    }

    std::size_t fail_at = std::string::npos;
    std::size_t throw_at = std::string::npos;

private:
    std::string text_;
    std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a stream arrives whole, in one put below one part, and in parts above")
{
    struct row
    {
        std::size_t size;
        unsigned parts;
    };
    static constexpr row rows[] = {
        {0, 0}, {1, 0}, {256 * kib - 1, 0}, {256 * kib, 1}, {256 * kib + 1, 2}, {768 * kib, 3}, {2'000'000, 8}};
    for (auto const& r : rows)
        for (std::size_t step : {70'000u, 1'000'000u})
        {
            CAPTURE(r.size);
            CAPTURE(step);
            stream_fixture t;
            t.content = patterned(r.size);
            auto const got = t.send(step);
            REQUIRE(got.has_value());
            CHECK(t.delivered());
            CHECK(got->bytes == r.size);
            CHECK(got->parts == r.parts);
            CHECK(got->elapsed >= std::chrono::seconds(5));
            CHECK(got->crc64 == crc64(0, std::as_bytes(std::span(t.content.data(), t.content.size()))));
            CHECK(t.oss.open_uploads.empty());
            CHECK(t.env.memory->in_use() == 0);
        }
}

TEST_CASE("what ends a short stream after a bad object of it was stored does not hide that object")
{
    stream_fixture t;
    t.content = patterned(1000);
    t.oss.on_call = [](fake_oss::call const& c) { return c.number == 0 ? fault::wrong_crc : fault::denied; };
    auto const got = t.send();
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().service_code == "AccessDenied");
    CHECK(got.error().message.find("had stored an object that is not what was sent") != std::string::npos);
    CHECK(got.error().recommendation.starts_with("Don't use the object"));
}

TEST_CASE("a stream arrives whole whichever request fails first, for its bytes are kept until they are confirmed")
{
    for (auto const how : {fault::lost_before, fault::lost_after, fault::unavailable, fault::wrong_crc})
    {
        bool fired = true;
        for (unsigned step = 0; fired; ++step)
        {
            CAPTURE(static_cast<int>(how));
            CAPTURE(step);
            stream_fixture t;
            fired = false;
            t.oss.on_call = [&](fake_oss::call const& c) {
                bool const spoils_all = how == fault::wrong_crc && c.is_complete();
                if (c.number != step || spoils_all)
                    return fault::none;
                fired = true;
                return how;
            };
            REQUIRE(t.send().has_value());
            CHECK(t.delivered());
            CHECK(t.oss.open_uploads.empty());
        }
    }
}

TEST_CASE("a whole object that the service calls another is never a receipt, and cannot be sent again")
{
    stream_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) { return c.is_complete() ? fault::wrong_crc : fault::none; };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::checksum_mismatch);
    CHECK(got.error().message.find("12345") != std::string::npos);
    CHECK(got.error().resource.find("live") != std::string::npos);
}

TEST_CASE("a stream holds no more memory than the client may, however slow the service")
{
    stream_fixture t;
    t.content = patterned(8 * mib);
    t.env.memory = upload::memory_budget::make(t.context.get_executor(), t.time, mib);
    std::uint64_t most = 0;
    t.oss.on_call = [&](fake_oss::call const&) {
        most = std::max(most, t.env.memory->in_use());
        return fault::none;
    };
    REQUIRE(t.send().has_value());
    CHECK(t.delivered());
    CHECK(most == mib);
}

TEST_CASE("of a hundred streams ninety-nine are silent, and the one with data ends")
{
    stream_fixture t;
    t.content = patterned(3 * mib);
    t.env.memory = upload::memory_budget::make(t.context.get_executor(), t.time, 4 * mib);
    std::vector<std::unique_ptr<stream_upload>> silent;
    asio::cancellation_signal stop_them;
    std::vector<upload_grant> grants(99, t.grant);
    std::vector<asio::cancellation_signal> stops(99);
    upload::toll ignored;
    std::string const some(200 * kib, 'x');
    for (unsigned i = 0; i < 99; ++i)
    {
        grants[i].object_key = "silent" + std::to_string(i);
        silent.push_back(std::make_unique<stream_upload>(
            t.context.get_executor(), t.env, stream_upload::settings{"silent", t.options, t.begun}));
        asio::co_spawn(t.context, upload::as_error_codes(silent[i]->run(grants[i], nullptr, nullptr, ignored)),
            asio::bind_cancellation_slot(stops[i].slot(), asio::detached));
        asio::co_spawn(t.context, silent[i]->write_some(asio::buffer(some)), asio::detached);
    }
    t.context.poll();
    CHECK(t.env.memory->in_use() == 99 * upload::memory_budget::block_size);  // each its guarantee

    t.begin();
    auto writing = [&]() -> asio::awaitable<void> {
        auto const written = co_await t.write(t.content);
        CHECK(written.has_value());
        t.stream->finish();
    };
    asio::co_spawn(t.context, writing(), asio::detached);
    while (!t.outcome && t.context.run_one() != 0)
        ;
    REQUIRE(t.outcome.has_value());
    CHECK(t.outcome->has_value());
    CHECK(t.delivered());
    for (auto& s : stops)
        s.emit(asio::cancellation_type::terminal);
    t.context.run();
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("an upload that fails tells the writer, and leaves nothing")
{
    stream_fixture t;
    t.content = patterned(4 * mib);
    t.oss.on_call = [](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "2" ? fault::denied : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().service_code == "AccessDenied");
    CHECK(got.error().operation == "UploadPart");
    CHECK(t.oss.open_uploads.empty());
    auto const more = run(t.context, t.stream->write_some(asio::buffer(t.content)));
    REQUIRE(more.has_error());
    CHECK(more.error().service_code == "AccessDenied");
}

TEST_CASE("a stream that is cancelled or given up leaves nothing, wherever it is")
{
    for (bool const given_up : {false, true})
    {
        bool fired = true;
        for (unsigned step = 0; fired; ++step)
        {
            CAPTURE(given_up);
            CAPTURE(step);
            stream_fixture t;
            t.content = patterned(mib);
            fired = false;
            t.oss.on_call = [&](fake_oss::call const& c) {
                if (c.number == step && !c.is_abort())
                {
                    fired = true;
                    asio::post(t.context, [&] {
                        if (given_up)
                            t.stream->give_up(error(asio::error::operation_aborted));
                        else
                            t.stop.emit(asio::cancellation_type::terminal);
                    });
                }
                return fault::none;
            };
            auto const got = t.send();
            CHECK(t.oss.open_uploads.empty());
            CHECK(t.costs.orphans.empty());
            t.stream.reset();
            CHECK(t.env.memory->in_use() == 0);
            if (!got)
                CHECK(got.error().code == asio::error::operation_aborted);
        }
    }
}

TEST_CASE("a failure ends a stream even while it pauses")
{
    stream_fixture t;
    upload::control handle;
    handle.begin(t.context.get_executor(), t.env.clock, [] {});
    t.steering = &handle;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (!c.is_part())
            return fault::none;
        handle.pause();
        return fault::denied;
    };
    t.begin();
    auto writing = [&]() -> asio::awaitable<void> { co_await t.write(patterned(mib)); };
    asio::co_spawn(t.context, writing(), asio::detached);
    t.context.poll();
    REQUIRE(t.outcome.has_value());
    REQUIRE(t.outcome->has_error());
    CHECK(t.outcome->error().service_code == "AccessDenied");
    CHECK(t.oss.open_uploads.empty());
    handle.end();
}

TEST_CASE("a stream whose refresher is silent ends when it is cancelled, or when a part fails")
{
    for (bool const cancelled : {true, false})
    {
        CAPTURE(cancelled);
        stream_fixture t;
        auto const standing = std::make_shared<manual_clock>(system_time(1'774'857'930s));
        t.use(standing);
        silent_refresher refresher;
        t.options.refresher = &refresher;
        t.grant.expires_in = 3000s;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (c.is_initiate())
                standing->advance(2800s);
            return c.is_part() && !cancelled ? fault::denied : fault::none;
        };
        t.begin();
        bool written = false;
        auto writing = [&]() -> asio::awaitable<void> {
            for (int i = 0; i < 100; ++i)
            {
                auto const done = co_await t.write(patterned(mib));
                if (!done)
                    break;
            }
            written = true;
        };
        asio::co_spawn(t.context, writing(), asio::detached);
        t.context.poll();
        CHECK(refresher.asked == 1);
        if (cancelled)
        {
            CHECK_FALSE(t.outcome.has_value());
            t.stop.emit(asio::cancellation_type::terminal);
            t.context.poll();
        }
        REQUIRE(t.outcome.has_value());
        REQUIRE(t.outcome->has_error());
        CHECK((t.outcome->error().code == asio::error::operation_aborted) == cancelled);
        CHECK(written);
        CHECK(t.oss.open_uploads.empty());
    }
}

TEST_CASE("a stream that nobody writes to is aborted while its credential lives")
{
    stream_fixture t;
    auto const passing = std::make_shared<skipping_clock>();
    t.use(passing);
    t.grant.expires_in = 3000s;
    t.begin();
    auto const begun = passing->steady_now();
    auto writing = [&]() -> asio::awaitable<void> { co_await t.write(patterned(mib)); };
    asio::co_spawn(t.context, writing(), asio::detached);
    t.context.run();
    REQUIRE(t.outcome.has_value());
    REQUIRE(t.outcome->has_error());
    CHECK(t.outcome->error().code == errc::grant_expired);
    CHECK(passing->steady_now() - begun < 3000s);
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a source that is pulled goes up to its end")
{
    stream_fixture t;
    t.content = patterned(1'500'000);
    text_stream from(t.content);
    t.begin(&from);
    t.context.run();
    REQUIRE(t.outcome.has_value());
    REQUIRE(t.outcome->has_value());
    CHECK(t.delivered());
}

TEST_CASE("a source that fails or throws is the error, and leaves nothing")
{
    struct row
    {
        std::size_t fail_at;
        std::size_t throw_at;
        char const* told;
    };
    static constexpr row rows[] = {{0, std::string::npos, "the camera is gone"},
        {700'000, std::string::npos, "the camera is gone"}, {std::string::npos, 700'000, "no signal"}};
    for (auto const& r : rows)
    {
        stream_fixture t;
        text_stream from(patterned(1'500'000));
        from.fail_at = r.fail_at;
        from.throw_at = r.throw_at;
        t.begin(&from);
        t.context.run();
        REQUIRE(t.outcome.has_value());
        REQUIRE(t.outcome->has_error());
        CHECK(t.outcome->error().code == errc::source_failed);
        CHECK(t.outcome->error().message.find(r.told) != std::string::npos);
        CHECK(t.oss.open_uploads.empty());
        CHECK(t.oss.objects.empty());
    }
}

TEST_CASE("what comes after the end is refused, and does not change the object")
{
    stream_fixture t;
    REQUIRE(t.send().has_value());
    auto const more = run(t.context, t.stream->write_some(asio::buffer("x", 1)));
    REQUIRE(more.has_error());
    CHECK(more.error().code == errc::invalid_argument);
    CHECK(t.delivered());
}

TEST_CASE("a grant that is no good is told before anything is sent")
{
    stream_fixture t;
    t.grant.credentials = {};
    t.begin();
    auto const written = run(t.context, t.stream->write_some(asio::buffer("x", 1)));
    REQUIRE(written.has_error());
    CHECK(written.error().code == errc::no_credentials);
    CHECK(t.oss.calls == 0);
}
