#include "emulator_fixture.hpp"
#include "request_trigger.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <list>
#include <optional>
#include <set>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

namespace
{

// Some calls of one client, which is destroyed at some point, and what each of them said.
struct doomed
{
    std::unique_ptr<client> sdk;
    upload_grant grant;
    std::string const& content;
    std::vector<error_code> said{};  // of every call that was begun
    std::vector<receipt> receipts{};
    std::optional<upload_session> session{};  // nobody aborts it

    template <class T>
    void note(result<T> const& outcome)
    {
        said.push_back(outcome ? error_code() : outcome.error().code);
        if constexpr (std::is_same_v<T, receipt>)
            if (outcome)
                receipts.push_back(*outcome);
    }
};

asio::awaitable<void> write_a_stream(doomed& d)
{
    upload_options options;
    options.stream_part_size = 100 * kib;
    auto opened = co_await d.sdk->async_open_writer(stream_request("media"), options);
    d.note(opened);
    if (!opened)
        co_return;
    auto& writer = *opened;
    for (int half = 0; half < 2; ++half)
    {
        auto const bytes = asio::buffer(asio::buffer(d.content) + d.content.size() / 2);
        auto const [failure, written] = co_await asio::async_write(writer, bytes, asio::as_tuple(asio::use_awaitable));
        d.said.push_back(failure);
    }
    auto const done = co_await writer.async_finish();
    d.note(done);
}

asio::awaitable<void> pull_a_stream(doomed& d)
{
    std::size_t at = 0;
    function_source from("camera", [&](asio::mutable_buffer to) -> asio::awaitable<result<std::size_t>> {
        auto const size = asio::buffer_copy(to, asio::buffer(d.content) + at, 30'000);
        at += size;
        co_return size;
    });
    upload_options options;
    options.stream_part_size = 100 * kib;
    auto const done = co_await d.sdk->async_upload_stream(stream_request("media"), from, options);
    d.note(done);
}

asio::awaitable<void> share_an_upload(doomed& d)
{
    memory_source from(asio::buffer(d.content));
    auto const begun = co_await d.sdk->async_begin_session(d.grant, d.content.size(), in_parts());
    d.note(begun);
    if (!begun)
        co_return;
    d.session = *begun;
    if (!d.sdk)
        co_return;
    part_range const all;
    auto const share = co_await d.sdk->async_upload_share(*begun, d.grant, from, all, in_parts());
    d.note(share);
    if (share && share->done)
        d.receipts.push_back(*share->done);
}

asio::awaitable<void> upload_many(doomed& d)
{
    std::list<memory_source> sources;
    std::vector<upload_job> jobs;
    jobs.reserve(4);
    for (std::size_t i = 0; i < 4; ++i)
    {
        auto const size = i % 2 == 0 ? d.content.size() / 2 : 1000;
        jobs.emplace_back(
            stream_request("media"), sources.emplace_back(asio::buffer(asio::buffer(d.content), size)), in_parts());
    }
    auto const all = co_await d.sdk->async_upload_all(jobs, 2);
    CHECK(all.has_value());
    if (!all)
        co_return;
    CHECK(all->size() == jobs.size());
    for (auto const& one : *all)
        d.note(one);
}

asio::awaitable<void> ask_about_uploads(doomed& d)
{
    auto const listed = co_await d.sdk->async_list_open_uploads(d.grant, "");
    d.note(listed);
    if (!d.sdk)
        co_return;
    open_upload gone;
    gone.object_key = "gone";
    gone.upload_id = "0123456789ABCDEF0123456789ABCDEF";
    auto const aborted = co_await d.sdk->async_abort_upload(d.grant, gone);
    d.note(aborted);
}

std::string content_of_doomed()
{
    std::string text(300'000, '\0');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>((i * 23) ^ (i >> 8));
    return text;
}

}  // namespace

TEST_CASE("every call of a client that is destroyed at any request is aborted or was done, and leaves nothing")
{
    struct row
    {
        char const* what;
        std::function<asio::awaitable<void>(doomed&)> work;
        std::size_t calls;  // when nothing goes wrong
        std::size_t objects;
    };
    row const rows[] = {
        {"a writer", write_a_stream, 4, 1},
        {"a stream that is pulled", pull_a_stream, 1, 1},
        {"a session", share_an_upload, 2, 1},
        {"many uploads", upload_many, 4, 4},
        {"inquiries", ask_about_uploads, 2, 0},
    };
    auto const content = content_of_doomed();
    std::set<std::string> left_to_others;  // sessions
    request_trigger trigger;
    emulated world([&](emulator::request_event const&) {
        trigger.request_seen();
        return fault();
    });
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        bool fired = true;
        for (unsigned step = 1; fired; ++step)
        {
            CAPTURE(step);
            asio::io_context context;
            auto const key = std::string(r.what) + '/' + std::to_string(step);
            doomed d{std::make_unique<client>(context.get_executor(), world.config()), world.grant(key), content};
            trigger.arm(step, [&] { asio::post(context, [&] { d.sdk.reset(); }); });
            bool ended = false;
            auto body = [&]() -> asio::awaitable<void> {
                co_await r.work(d);
                ended = true;
                d.sdk.reset();
            };
            asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
            context.run();
            fired = trigger.disarm();

            CHECK(ended);
            for (auto const& code : d.said)
                CHECK((!code || code == asio::error::operation_aborted));
            if (!fired)
            {
                CHECK(d.said.size() == r.calls);
                CHECK(d.receipts.size() == r.objects);
            }
            for (auto const& told : d.receipts)
                CHECK(world.server().object(told.bucket, told.object_key).has_value());
            if (d.session && d.receipts.empty())
                left_to_others.insert(d.session->upload_id);
            for (auto const& open : world.server().open_uploads())
                CHECK(left_to_others.contains(open.upload_id));
        }
    }
}
