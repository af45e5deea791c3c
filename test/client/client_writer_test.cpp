#include "emulator_fixture.hpp"
#include "support/patterned.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <sluice/upload_handle.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

TEST_CASE("what is written with asio::async_write arrives whole")
{
    emulated world;
    for (std::size_t const size : {0u, 5u, 3'000'000u})
    {
        CAPTURE(size);
        auto const content = patterned(size);
        with_client(world, [&](client& sdk) -> asio::awaitable<void> {
            upload_options options;
            options.stream_part_size = 256 * kib;
            auto opened = co_await sdk.async_open_writer(stream_request("media"), options);
            REQUIRE_MESSAGE(opened.has_value(), opened.error().describe());
            auto& writer = *opened;
            CHECK(writer.media_id() == "media");
            CHECK_FALSE(writer.file_url().empty());
            for (std::size_t at = 0; at < size; at += 700'000)
            {
                auto const piece = asio::buffer(asio::buffer(content) + at, 700'000);
                auto const [failure, written] =
                    co_await asio::async_write(writer, piece, asio::as_tuple(asio::use_awaitable));
                CHECK_FALSE(failure);
                CHECK(written == piece.size());
            }
            auto const done = co_await writer.async_finish();
            REQUIRE_MESSAGE(done.has_value(), done.error().describe());
            CHECK(world.stored(*done) == content);
            CHECK(done->bytes == size);
            CHECK((done->parts == 0) == (size < 256 * kib));
        });
    }
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("a write takes any buffer sequence, and reports what it took")
{
    emulated world;
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto writer = (co_await sdk.async_open_writer(world.grant("live/two"))).value();
        std::string const hello = "hello ";
        std::string const there = "there";
        std::array<asio::const_buffer, 3> const both{asio::const_buffer(), asio::buffer(hello), asio::buffer(there)};
        CHECK(co_await asio::async_write(writer, both, asio::use_awaitable) == 11);
        CHECK(co_await writer.async_write_some(asio::const_buffer(), asio::use_awaitable) == 0);
        CHECK((co_await writer.async_finish()).has_value());
    });
    CHECK(world.server().object("b-ucket", "live/two") == "hello there");
}

TEST_CASE("a writer that is aborted, destroyed, or outlives its client leaves nothing")
{
    emulated world;
    auto const content = patterned(2'000'000);
    for (int how = 0; how < 3; ++how)
    {
        CAPTURE(how);
        asio::io_context context;
        auto sdk = std::make_unique<client>(context.get_executor(), world.config());
        auto body = [&]() -> asio::awaitable<void> {
            upload_options options;
            options.stream_part_size = 256 * kib;
            auto writer = (co_await sdk->async_open_writer(world.grant("live/gone"), options)).value();
            co_await asio::async_write(writer, asio::buffer(content), asio::use_awaitable);
            if (how == 0)
            {
                CHECK((co_await writer.async_abort()).has_value());
                CHECK(world.server().open_uploads().empty());
            }
            sdk.reset();
            if (how == 2)
            {
                auto const [failure, written] =
                    co_await writer.async_write_some(asio::buffer(content), asio::as_tuple(asio::use_awaitable));
                CHECK(failure == asio::error::operation_aborted);
                CHECK(written == 0);
                CHECK((co_await writer.async_finish()).error().code == asio::error::operation_aborted);
            }
        };
        asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
        context.run();
        CHECK(world.server().open_uploads().empty());
        CHECK_FALSE(world.server().object("b-ucket", "live/gone").has_value());
    }
}

TEST_CASE("a write that fails tells its code, and the end tells the whole error")
{
    emulated world([](emulator::request_event const& e) {
        fault f;
        if (e.operation == "UploadPart")
        {
            f.what = fault::kind::answer_status;
            f.status = 403;
            f.code = "AccessDenied";
        }
        return f;
    });
    auto const content = patterned(1'000'000);
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        upload_options options;
        options.stream_part_size = 100 * kib;
        auto writer = (co_await sdk.async_open_writer(world.grant("live/denied"), options)).value();
        error_code failure;
        for (int i = 0; i < 1000 && !failure; ++i)
        {
            auto const [code, written] =
                co_await asio::async_write(writer, asio::buffer(content), asio::as_tuple(asio::use_awaitable));
            failure = code;
        }
        CHECK(failure == errc::service_error);
        auto const done = co_await writer.async_finish();
        REQUIRE(done.has_error());
        CHECK(done.error().service_code == "AccessDenied");
        CHECK(done.error().operation == "UploadPart");
    });
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("a cancelled write takes nothing, and the upload goes on")
{
    emulated world;
    auto const content = patterned(300'000);
    auto const little_memory = [](client_config& c) { c.memory_limit = 2 * mib; };
    auto const work = [&](client& sdk) -> asio::awaitable<void> {
        upload_handle handle;
        upload_options options;
        options.stream_part_size = 256 * kib;
        options.handle = &handle;
        auto writer = (co_await sdk.async_open_writer(world.grant("live/on"), options)).value();
        handle.pause();  // so that the memory is spent at last, and a write waits for more
        std::uint64_t taken = 0;
        bool cancelled = false;
        for (int i = 0; i < 100 && !cancelled; ++i)
        {
            asio::cancellation_signal stop;
            std::optional<std::pair<error_code, std::size_t>> ended;
            auto note = [&](error_code failure, std::size_t bytes) { ended = {failure, bytes}; };
            writer.async_write_some(asio::buffer(content), asio::bind_cancellation_slot(stop.slot(), note));
            for (int turn = 0; turn < 1000 && !ended; ++turn)
                co_await asio::post(asio::use_awaitable);
            stop.emit(asio::cancellation_type::terminal);
            while (!ended)
                co_await asio::post(asio::use_awaitable);
            taken += ended->second;
            cancelled = ended->first == asio::error::operation_aborted;
            CHECK((ended->second == 0) == cancelled);
        }
        CHECK(cancelled);
        CHECK(handle.status().now == upload_status::phase::paused);
        handle.resume();
        auto const done = co_await writer.async_finish();
        CHECK(done.has_value());
        CHECK((done ? done->bytes : 0) == taken);
    };
    with_client(world, work, little_memory);
}

TEST_CASE("a writer works on a pool of threads, with futures")
{
    emulated world;
    auto const content = patterned(1'500'000);
    asio::thread_pool threads(2);
    {
        client sdk(threads.get_executor(), world.config());
        upload_options options;
        options.stream_part_size = 256 * kib;
        auto writer = sdk.async_open_writer(world.grant("live/threads"), options, asio::use_future).get().value();
        for (std::size_t at = 0; at < content.size();)
            at += writer.async_write_some(asio::buffer(content) + at, asio::use_future).get();
        auto const done = writer.async_finish(asio::use_future).get();
        REQUIRE_MESSAGE(done.has_value(), done.error().describe());
    }
    threads.join();
    CHECK(world.server().object("b-ucket", "live/threads") == content);
}

TEST_CASE("options may be left out where a token is given")
{
    emulated world;
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        bool ended = false;
        function_source empty("camera", [&](asio::mutable_buffer) -> asio::awaitable<result<std::size_t>> {
            ended = !ended;
            co_return 0;
        });
        auto const of_stream = co_await sdk.async_upload_stream(stream_request("media"), empty, asio::use_awaitable);
        CHECK(of_stream.has_value());
        CHECK(ended);
        CHECK((co_await sdk.async_upload(world.grant("live/a"), empty, asio::use_awaitable)).has_value());
        CHECK_FALSE(ended);

        auto first = (co_await sdk.async_open_writer(stream_request("media"), asio::use_awaitable)).value();
        CHECK((co_await first.async_finish()).has_value());
        auto second = (co_await sdk.async_open_writer(world.grant("live/b"), asio::use_awaitable)).value();
        CHECK((co_await second.async_finish()).has_value());

        auto const content = patterned(300'000);
        memory_source from(asio::buffer(content));
        auto const grant = world.grant("live/c");
        auto const session = co_await sdk.async_begin_session(grant, content.size(), asio::use_awaitable);
        CHECK(session.has_value());
        if (session)
        {
            auto const share = co_await sdk.async_upload_share(*session, grant, from, {}, asio::use_awaitable);
            CHECK(share.has_value());
        }
        CHECK(world.server().object("b-ucket", "live/c") == content);
    });
}

TEST_CASE("any function that reads is a source, and its end is the end of the object")
{
    emulated world;
    auto const content = patterned(1'234'567);
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        std::size_t at = 0;
        function_source from("camera", [&](asio::mutable_buffer to) -> asio::awaitable<result<std::size_t>> {
            auto const size = asio::buffer_copy(to, asio::buffer(content) + at, 50'000);
            at += size;
            co_return size;
        });
        upload_options options;
        options.stream_part_size = 256 * kib;
        auto const done = co_await sdk.async_upload_stream(stream_request("media"), from, options);
        REQUIRE_MESSAGE(done.has_value(), done.error().describe());
        CHECK(world.stored(*done) == content);
        CHECK(done->parts == 5);
    });
}

TEST_CASE("a writer without a grant is no writer")
{
    emulated world;
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        stream_request request("media");
        request.definition = "8K";
        auto const opened = co_await sdk.async_open_writer(request);
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == errc::invalid_argument);
    });
}

TEST_CASE("a context destroyed with a writer at work takes it along")
{
    emulated world;
    auto const content = patterned(1'000'000);
    for (int turns = 0; turns < 60; turns += 4)
    {
        CAPTURE(turns);
        auto context = std::make_unique<asio::io_context>();
        auto sdk = std::make_unique<client>(context->get_executor(), world.config());
        std::optional<upload_writer> writer;
        upload_options options;
        options.stream_part_size = 256 * kib;
        sdk->async_open_writer(
            world.grant("live/" + std::to_string(turns)), options, [&](result<upload_writer> opened) {
                REQUIRE(opened.has_value());
                writer.emplace(*std::move(opened));
                asio::async_write(*writer, asio::buffer(content), [](error_code, std::size_t) {});
            });
        for (int i = 0; i < turns; ++i)
            context->run_one_for(std::chrono::milliseconds(50));
        writer.reset();
        sdk.reset();
        context.reset();
    }
}
