#include "client_fixture.hpp"
#include "silent_server.hpp"

#include <sluice/clock.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace
{

std::string const some_content(300'000, 'x');

struct all_calls
{
    outcome<receipt> stream, upload;
    outcome<upload_grant> create;
    outcome<api_response> call;
    memory_source from{asio::buffer(some_content)};

    void start(client& sdk, std::string const& oss)
    {
        sdk.async_upload_stream(stream_request("media"), from, stream.keep());
        auto grant = grant_of_account(oss, "b-ucket", "k");
        sdk.async_upload(grant, from, in_parts(), upload.keep());
        sdk.async_create_upload_stream(stream_request("media"), create.keep());
        sdk.async_call("GetMediaInfo", {}, call.keep());
    }

    void check_aborted() const
    {
        CHECK(stream.failure().code == asio::error::operation_aborted);
        CHECK(upload.failure().code == asio::error::operation_aborted);
        CHECK(create.failure().code == asio::error::operation_aborted);
        CHECK(call.failure().code == asio::error::operation_aborted);
    }
};

}  // namespace

TEST_CASE("every call of a destroyed client completes with operation_aborted, whenever it is destroyed")
{
    silent_server server;
    for (unsigned turns = 0; turns < 60; turns += 4)
    {
        CAPTURE(turns);
        asio::io_context context;
        auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
        auto config = config_for(server.url(), server.url());
        config.clock = time;
        auto sdk = std::make_unique<client>(context.get_executor(), config);
        all_calls calls;
        calls.start(*sdk, server.url());
        for (unsigned i = 0; i < turns; ++i)
            context.poll_one();
        sdk.reset();
        // What is waited for is the answer to Initiate, and that no longer than a grace.
        for (context.restart(); !context.stopped(); time->advance(std::chrono::milliseconds(100)))
            context.run_one_for(std::chrono::milliseconds(1));
        calls.check_aborted();
    }
}

TEST_CASE("nothing completes inside the initiating call or the destructor")
{
    asio::io_context context;
    auto sdk = std::make_unique<client>(context.get_executor(), client_config());
    outcome<api_response> call;
    sdk->async_call("GetMediaInfo", {}, call.keep());
    CHECK_FALSE(call.got.has_value());
    sdk.reset();
    CHECK_FALSE(call.got.has_value());
    context.run();
    CHECK(call.got.has_value());
}

TEST_CASE("an operation begun after its client was destroyed is aborted")
{
    asio::io_context context;
    memory_source from(asio::buffer(some_content));
    auto sdk = std::make_unique<client>(context.get_executor(), config_for("http://127.0.0.1:1", ""));
    auto late = sdk->async_upload_stream(stream_request("media"), from);
    sdk.reset();
    context.run();
    context.restart();
    outcome<receipt> up;
    std::move(late)(up.keep());
    context.run();
    CHECK(up.failure().code == asio::error::operation_aborted);
}

TEST_CASE("a context destroyed with calls under way takes them along")
{
    silent_server server;
    for (unsigned turns = 0; turns < 60; turns += 4)
    {
        CAPTURE(turns);
        auto const witness = std::make_shared<int>(0);
        memory_source from(asio::buffer(some_content));
        {
            asio::io_context context;
            client sdk(context.get_executor(), config_for(server.url(), server.url()));
            auto grant = grant_of_account(server.url(), "b-ucket", "k");
            sdk.async_upload(grant, from, in_parts(), [witness](result<receipt> const&) {});
            sdk.async_upload_stream(stream_request("m"), from, [witness](result<receipt> const&) {});
            for (unsigned i = 0; i < turns; ++i)
                context.poll_one();
        }
        CHECK(witness.use_count() == 1);
    }
}

TEST_CASE("cancelling one call ends that one and no other")
{
    silent_server server;
    asio::io_context context;
    auto sdk = std::make_unique<client>(context.get_executor(), config_for(server.url(), server.url()));
    asio::cancellation_signal stop;
    outcome<api_response> first, second;
    sdk->async_call("GetMediaInfo", {}, asio::bind_cancellation_slot(stop.slot(), [&](result<api_response> r) {
        first.got = std::move(r);
        context.stop();
    }));
    sdk->async_call("GetMediaInfo", {}, second.keep());
    for (int i = 0; i < 20; ++i)
        context.poll_one();
    stop.emit(asio::cancellation_type::partial);
    context.restart();
    context.run();
    CHECK(first.failure().code == asio::error::operation_aborted);
    CHECK_FALSE(second.got.has_value());
    sdk.reset();
    context.restart();
    context.run();
    CHECK(second.failure().code == asio::error::operation_aborted);
}

TEST_CASE("a call cancelled at once is aborted, and its signal may outlive it")
{
    silent_server server;
    asio::cancellation_signal stop;
    asio::io_context context;
    client sdk(context.get_executor(), config_for(server.url(), server.url()));
    outcome<api_response> call;
    sdk.async_call("GetMediaInfo", {}, asio::bind_cancellation_slot(stop.slot(), call.keep()));
    stop.emit(asio::cancellation_type::terminal);
    while (!call.got)
        context.run_one();
    CHECK(call.failure().code == asio::error::operation_aborted);
    stop.emit(asio::cancellation_type::terminal);
}

TEST_CASE("coroutines, operators, futures and callbacks all get the outcome")
{
    asio::io_context context;
    client sdk(context.get_executor(), client_config());
    memory_source from(asio::buffer(some_content));

    outcome<receipt> awaited;
    bool operators = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            using namespace asio::experimental::awaitable_operators;
            awaited.got = co_await sdk.async_upload_stream(stream_request("media"), from);
            asio::steady_timer never(context, asio::steady_timer::time_point::max());
            auto either = co_await (sdk.async_upload_stream(stream_request("media"), from, asio::use_awaitable) ||
                                    never.async_wait(asio::use_awaitable));
            operators = either.index() == 0 && std::get<0>(either).has_error();
        },
        asio::detached);
    auto future = sdk.async_upload(grant_of_account("", "", ""), from, asio::use_future);
    outcome<receipt> called;
    sdk.async_upload_stream(stream_request("media"), from, upload_options(), called.keep());
    context.run();
    CHECK(awaited.failure().code == errc::invalid_argument);
    CHECK(operators);
    CHECK(future.get().error().code == errc::invalid_argument);
    CHECK(called.failure().code == errc::invalid_argument);
}

TEST_CASE("a call resumes on its handler's own executor")
{
    asio::io_context work;
    asio::io_context home;
    client sdk(work.get_executor(), client_config());
    bool at_home = false;
    sdk.async_call("GetMediaInfo", {}, asio::bind_executor(home.get_executor(), [&](result<api_response> const&) {
        at_home = home.get_executor().running_in_this_thread();
    }));
    work.run();
    CHECK_FALSE(at_home);
    home.run();
    CHECK(at_home);
}

TEST_CASE("the handler's executor has work as long as the call is under way")
{
    silent_server server;
    asio::io_context work;
    asio::io_context home;
    auto sdk = std::make_unique<client>(work.get_executor(), config_for(server.url(), server.url()));
    bool done = false;
    sdk->async_call("GetMediaInfo", {},
        asio::bind_executor(home.get_executor(), [&](result<api_response> const&) { done = true; }));
    home.poll();
    CHECK_FALSE(home.stopped());
    sdk.reset();
    work.run();
    home.run();
    CHECK(done);
}

TEST_CASE("clients are used, destroyed and cancelled on many threads at once")
{
    silent_server server;
    std::atomic<int> ended = 0;
    memory_source from(asio::buffer(some_content));
    {
        asio::thread_pool context(4);
        std::vector<std::unique_ptr<client>> clients;
        clients.reserve(2);
        for (int i = 0; i < 2; ++i)
            clients.push_back(std::make_unique<client>(context.get_executor(), config_for(server.url(), server.url())));
        auto const count = [&](result<receipt> const& r) {
            CHECK(r.error().code == asio::error::operation_aborted);
            ++ended;
        };
        for (int i = 0; i < 20; ++i)
            for (auto const& c : clients)
            {
                auto grant = grant_of_account(server.url(), "b-ucket", "k");
                c->async_upload(grant, from, in_parts(), count);
                c->async_upload_stream(stream_request("media"), from, count);
                (void)c->stats();
            }
        clients.clear();
        context.join();
    }
    CHECK(ended == 80);
}
