#include "emulator_fixture.hpp"
#include "support/patterned.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

namespace
{

result<receipt> upload(emulated const& world, std::string const& content, upload_options const& options,
    std::function<void(client_config&)> const& adjust = {}, client_stats* stats = nullptr)
{
    asio::io_context context;
    auto config = world.config();
    if (adjust)
        adjust(config);
    auto sdk = std::make_unique<client>(context.get_executor(), config);
    memory_source from(asio::buffer(content));
    outcome<receipt> up;
    sdk->async_upload_stream(stream_request("media"), from, options, [&](result<receipt> r) {
        up.got = std::move(r);
        if (stats != nullptr)
            *stats = sdk->stats();
        sdk.reset();  // or its idle connections keep the context busy
    });
    context.run();
    return up.got.value();
}

fault answer(fault::kind what)
{
    fault f;
    f.what = what;
    return f;
}

}  // namespace

TEST_CASE("a stream is created and its bytes arrive over TLS, as one put or in parts")
{
    emulated world;
    for (std::size_t size : {std::size_t{0}, std::size_t{1000}, std::size_t{2'000'000}})
    {
        CAPTURE(size);
        auto const content = patterned(size);
        client_stats stats;
        auto const got = upload(world, content, in_parts(), {}, &stats);
        REQUIRE_MESSAGE(got.has_value(), got.error().describe());
        CHECK(world.stored(*got) == content);
        CHECK(got->parts == (size > 100 * kib ? 20 : 0));
        CHECK(got->media_id == "media");
        CHECK_FALSE(got->file_url.empty());
        CHECK_FALSE(got->request_id.empty());
        CHECK(got->elapsed.count() > 0);
        CHECK(stats.requests >= (size > 100 * kib ? 23 : 2));
        CHECK(stats.retries == 0);
        CHECK(stats.orphaned_uploads == 0);
    }
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("an operation's parameters can be written down inside a co_await")
{
    emulated world;
    asio::io_context context;
    client sdk(context.get_executor(), world.config());
    std::string const media_id(32, 'a');
    auto ask = [&]() -> asio::awaitable<void> {
        auto const one = co_await sdk.async_call("GetMediaInfo", {{"MediaId", media_id}});
        CHECK(one.error().service_code == "ResourceNotFound");  // so the parameter arrived
        auto const two = co_await sdk.async_call("GetMediaInfo", {{"MediaId", media_id}, {"OutputType", "cdn"}});
        CHECK(two.error().service_code == one.error().service_code);
        auto const none = co_await sdk.async_call("GetMediaInfo", {});
        CHECK(none.has_error());
        context.stop();
    };
    asio::co_spawn(context, ask(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
    context.run();
}

TEST_CASE("a plain upload with the account's key needs no token")
{
    emulated world;
    asio::io_context context;
    auto sdk = std::make_unique<client>(context.get_executor(), world.config());
    auto const content = patterned(300'000);
    memory_source from(asio::buffer(content));
    outcome<receipt> up;
    sdk->async_upload(world.grant("plain/key"), from, in_parts(), [&](result<receipt> r) {
        up.got = std::move(r);
        sdk.reset();
    });
    context.run();
    REQUIRE_MESSAGE(up.got->has_value(), up.failure().describe());
    CHECK(world.server().object("b-ucket", "plain/key") == content);
    CHECK(up.got->value().media_id.empty());
}

TEST_CASE("an upload survives each kind of failure once, whichever request it hits, and arrives whole")
{
    for (auto kind : {fault::kind::reset_before, fault::kind::reset_after, fault::kind::close_after,
             fault::kind::answer_status, fault::kind::answer_half})
        for (std::size_t size : {std::size_t{1000}, std::size_t{250'000}})
        {
            bool fired = true;
            for (std::uint64_t step = 1; fired; ++step)
            {
                CAPTURE(static_cast<int>(kind));
                CAPTURE(size);
                CAPTURE(step);
                std::atomic<bool> hit = false;
                std::atomic<bool> initiate_lost = false;
                emulated world([&](emulator::request_event const& e) {
                    if (e.number != step)
                        return fault();
                    hit = true;
                    initiate_lost = e.operation == "InitiateMultipartUpload" &&
                                    (kind == fault::kind::reset_after || kind == fault::kind::answer_half);
                    return answer(kind);
                });
                auto const content = patterned(size);
                auto const got = upload(world, content, in_parts());
                REQUIRE_MESSAGE(got.has_value(), got.error().describe());
                CHECK(world.stored(*got) == content);
                // Nobody knows the id of an upload whose Initiate was not answered, and a grant may not list them. It
                // holds no part.
                CHECK(world.server().open_uploads().size() == (initiate_lost ? 1 : 0));
                fired = hit;
            }
        }
}

TEST_CASE("a wrong CRC-64 or a corrupted body is sent again; for ever, it is an error and nothing is left open")
{
    for (auto kind : {fault::kind::wrong_crc, fault::kind::corrupt_body})
        for (std::size_t size : {std::size_t{1000}, std::size_t{250'000}})
            for (int wrong : {1, 1000})
            {
                CAPTURE(static_cast<int>(kind));
                CAPTURE(size);
                CAPTURE(wrong);
                std::atomic<int> left = wrong;
                emulated world([&](emulator::request_event const& e) {
                    return e.service == "oss" && e.method == "PUT" && left-- > 0 ? answer(kind) : fault();
                });
                auto const content = patterned(size);
                auto const got = upload(world, content, in_parts());
                if (wrong == 1)
                {
                    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
                    CHECK(world.stored(*got) == content);
                    CHECK(got->retries == 1);
                }
                else
                {
                    REQUIRE(got.has_error());
                    CHECK(got.error().code == errc::checksum_mismatch);
                }
                CHECK(world.server().open_uploads().empty());
            }
}

TEST_CASE("a lost answer to Complete is settled by looking at the object")
{
    emulated world([](emulator::request_event const& e) {
        return e.operation == "CompleteMultipartUpload" ? answer(fault::kind::reset_after) : fault();
    });
    auto const content = patterned(250'000);
    auto const got = upload(world, content, in_parts());
    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
    CHECK(world.stored(*got) == content);
}

TEST_CASE("a receipt tells of every attempt that failed, of the call and of the upload")
{
    int throttled = 2;
    emulated world([&](emulator::request_event const& e) {
        bool const wanted = e.operation == "CreateUploadStream" || e.part_number == 2;
        if (!wanted || throttled == 0 || (throttled == 1 && e.part_number != 2))
            return fault();
        --throttled;
        auto f = answer(fault::kind::answer_status);
        f.code = e.part_number == 2 ? "UploadTrafficRateLimitExceeded" : "Throttling.User";
        return f;
    });
    client_stats stats;
    auto const got = upload(world, patterned(250'000), in_parts(), {}, &stats);
    REQUIRE(got.has_value());
    CHECK(got->retries == 2);
    CHECK(got->history == std::vector<failed_attempt>{{"CreateUploadStream", "HTTP status 503, Throttling.User"},
                              {"UploadPart", "HTTP status 503, UploadTrafficRateLimitExceeded"}});
    CHECK(stats.memory_in_use == 0);
}

TEST_CASE("uploads arrive under limits of bandwidth and memory, and with any priority")
{
    emulated world;
    auto const adjust = [](client_config& c) {
        c.bandwidth = 20'000'000;
        c.memory_limit = mib;
    };
    auto options = in_parts();
    options.priority = priority::background;
    options.bandwidth = 10'000'000;
    for (std::size_t size : {std::size_t{1000}, std::size_t{3'000'000}})
    {
        auto const content = patterned(size);
        auto const got = upload(world, content, options, adjust);
        REQUIRE(got.has_value());
        CHECK(got->bytes == size);
        CHECK(got->history.empty());
    }
}

TEST_CASE("the head of a part does not wait with its body, and a limit may be lifted meanwhile, from any thread")
{
    std::unique_ptr<client> sdk;
    emulated world([&](emulator::request_event const& e) {
        if (e.part_number == 1)
            sdk->set_bandwidth(0);
        return fault();
    });
    asio::io_context context;
    auto config = world.config();
    config.bandwidth = 1;  // longer than anybody waits
    sdk = std::make_unique<client>(context.get_executor(), config);
    auto const content = patterned(250'000);
    memory_source from(asio::buffer(content));
    outcome<receipt> up;
    sdk->async_upload_stream(stream_request("media"), from, in_parts(), [&](result<receipt> r) {
        up.got = std::move(r);
        sdk.reset();
    });
    context.run();
    CHECK(up.got.value().has_value());
}

TEST_CASE("an expired grant is a clear error, and the upload that can't be aborted is named and counted")
{
    std::unique_ptr<emulated> world;
    world = std::make_unique<emulated>([&](emulator::request_event const& e) {
        if (e.part_number == 2)
            world->server().expire_tokens();
        return fault();
    });
    client_stats stats;
    auto options = in_parts();
    options.parts_in_flight = 1;
    auto const got = upload(*world, patterned(250'000), options, {}, &stats);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    CHECK(got.error().service_code == "SecurityTokenExpired");
    auto const open = world->server().open_uploads();
    REQUIRE(open.size() == 1);
    CHECK(got.error().upload_id == open.front().upload_id);
    CHECK(stats.orphaned_uploads == 1);
}

TEST_CASE("a deadline ends an upload to a server that went silent, and leaves nothing open")
{
    auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    asio::io_context context;
    std::atomic<bool> silent = false;
    emulated world([&](emulator::request_event const& e) {
        if (e.part_number != 2)
            return fault();
        if (!silent.exchange(true))
            asio::post(context, [&] { time->advance(std::chrono::seconds(31)); });
        return answer(fault::kind::never_answer);
    });
    auto config = world.config();
    config.clock = time;
    auto const content = patterned(250'000);
    memory_source from(asio::buffer(content));
    auto options = in_parts();
    options.parts_in_flight = 1;
    options.deadline = std::chrono::seconds(30);
    config.limits.stall_timeout = std::chrono::hours(1);
    config.limits.response_timeout = std::chrono::hours(1);
    auto sdk = std::make_unique<client>(context.get_executor(), config);
    outcome<receipt> up;
    sdk->async_upload_stream(stream_request("media"), from, options, [&](result<receipt> r) {
        up.got = std::move(r);
        sdk.reset();
    });
    context.run();
    CHECK(up.failure().code == errc::deadline_exceeded);
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("an upload cancelled at any request ends with operation_aborted and leaves no upload open")
{
    for (bool destroy : {false, true})
    {
        bool fired = true;
        for (std::uint64_t step = 1; fired; ++step)
        {
            CAPTURE(destroy);
            CAPTURE(step);
            asio::io_context context;
            asio::cancellation_signal stop;
            std::unique_ptr<client> sdk;
            std::atomic<bool> hit = false;
            emulated world([&](emulator::request_event const& e) {
                if (e.number == step)
                {
                    hit = true;
                    asio::post(context, [&] {
                        if (destroy)
                            sdk.reset();
                        else
                            stop.emit(asio::cancellation_type::terminal);
                    });
                }
                return fault();
            });
            sdk = std::make_unique<client>(context.get_executor(), world.config());
            auto const content = patterned(250'000);
            memory_source from(asio::buffer(content));
            outcome<receipt> up;
            sdk->async_upload_stream(stream_request("media"), from, in_parts(),
                asio::bind_cancellation_slot(stop.slot(), [&](result<receipt> r) {
                    up.got = std::move(r);
                    sdk.reset();
                }));
            context.run();
            REQUIRE(up.got.has_value());
            if (*up.got)
                CHECK(world.stored(up.got->value()) == content);
            else
                CHECK(up.failure().code == asio::error::operation_aborted);
            CHECK(world.server().open_uploads().empty());
            fired = hit;
        }
    }
}

TEST_CASE("many uploads of several clients run at once on many threads")
{
    emulated world;
    auto const content = patterned(250'000);
    memory_source from(asio::buffer(content));
    asio::thread_pool context(3);
    std::vector<std::unique_ptr<client>> clients;
    clients.reserve(2);
    for (int i = 0; i < 2; ++i)
        clients.push_back(std::make_unique<client>(context.get_executor(), world.config()));
    std::vector<std::future<result<receipt>>> all;
    all.reserve(24);
    for (int i = 0; i < 12; ++i)
        for (auto const& c : clients)
            all.push_back(c->async_upload_stream(stream_request("media"), from, in_parts(), asio::use_future));
    for (auto& f : all)
    {
        auto const got = f.get();
        REQUIRE_MESSAGE(got.has_value(), got.error().describe());
        CHECK(world.stored(*got) == content);
    }
    clients.clear();
    context.join();
}
