#include "emulator_fixture.hpp"
#include "support/patterned.hpp"

#include <sluice/upload_handle.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <future>
#include <list>
#include <memory>
#include <set>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

TEST_CASE("the shares of a session may overlap and come in any order, and the last of them completes the object")
{
    emulated world;
    auto const content = patterned(1'000'000);
    memory_source from(asio::buffer(content));
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto const grant = world.grant("shared/clip");
        auto const begun = co_await sdk.async_begin_session(grant, content.size(), in_parts());
        REQUIRE_MESSAGE(begun.has_value(), begun.error().describe());
        CHECK(begun->parts() == 10);
        auto const session = upload_session::from_json(begun->to_json()).value();

        part_range const last{.first = 6, .last = 0};
        auto const first_share = co_await sdk.async_upload_share(session, grant, from, last);
        REQUIRE_MESSAGE(first_share.has_value(), first_share.error().describe());
        CHECK(first_share->parts_sent == 5);
        CHECK(first_share->parts_missing == 5);
        CHECK_FALSE(first_share->done.has_value());

        part_range const overlapping{.first = 1, .last = 7};
        auto const second_share = co_await sdk.async_upload_share(session, grant, from, overlapping);
        REQUIRE_MESSAGE(second_share.has_value(), second_share.error().describe());
        CHECK(second_share->parts_sent == 5);
        CHECK(second_share->parts_found == 2);
        CHECK(second_share->parts_missing == 0);
        REQUIRE(second_share->done.has_value());
        CHECK(second_share->done->bytes == content.size());

        // Who comes when all is done learns that.
        auto const late = co_await sdk.async_upload_share(session, grant, from, overlapping);
        REQUIRE_MESSAGE(late.has_value(), late.error().describe());
        CHECK(late->done.has_value());
        CHECK(late->parts_sent == 0);
    });
    CHECK(world.server().object("b-ucket", "shared/clip") == content);
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("a session, a grant, a source and a range that do not fit together are refused before anything is sent")
{
    emulated world;
    std::string const content = patterned(300'000);
    memory_source from(asio::buffer(content));
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto const grant = world.grant("shared/clip");
        upload_session session;
        session.endpoint = grant.endpoint;
        session.bucket = grant.bucket;
        session.object_key = grant.object_key;
        session.upload_id = "U";
        session.size = content.size();
        session.part_size = 100 * kib;
        auto const refuses = [&](upload_session s, upload_grant g, part_range r) -> asio::awaitable<void> {
            auto const got = co_await sdk.async_upload_share(s, g, from, r);
            REQUIRE(got.has_error());
            CHECK(got.error().code == errc::invalid_argument);
            CHECK(got.error().attempts == 0);
        };
        auto shorter = session;
        shorter.size -= 1;
        co_await refuses(shorter, grant, {});
        co_await refuses(session, world.grant("shared/other"), {});
        for (part_range const bad : {part_range{0, 1}, part_range{3, 2}, part_range{1, 4}, part_range{4, 0}})
            co_await refuses(session, grant, bad);
    });
}

TEST_CASE("a share that fails leaves the session to the others")
{
    bool deny = true;
    emulated world([&](emulator::request_event const& e) {
        fault f;
        if (deny && e.part_number == 3)
        {
            f.what = fault::kind::answer_status;
            f.status = 403;
            f.code = "AccessDenied";
        }
        return f;
    });
    auto const content = patterned(500'000);
    memory_source from(asio::buffer(content));
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto const grant = world.grant("shared/clip");
        auto const session = (co_await sdk.async_begin_session(grant, content.size(), in_parts())).value();
        auto const failed = co_await sdk.async_upload_share(session, grant, from, part_range());
        REQUIRE(failed.has_error());
        CHECK(failed.error().service_code == "AccessDenied");
        CHECK(world.server().open_uploads().size() == 1);
        deny = false;
        auto const done = co_await sdk.async_upload_share(session, grant, from, part_range());
        REQUIRE(done.has_value());
        CHECK(done->done.has_value());
    });
    CHECK(world.server().object("b-ucket", "shared/clip") == content);
}

TEST_CASE("parts of others are compared by their MD5 where the listing states no CRC-64")
{
    for (bool const is_same : {true, false})
    {
        CAPTURE(is_same);
        emulated world([](emulator::config& c) { c.list_parts_crc = false; });
        auto const content = patterned(500'000);
        auto other = content;
        if (!is_same)
            other[150'000] = static_cast<char>(~other[150'000]);
        memory_source from(asio::buffer(content));
        memory_source from_other(asio::buffer(other));
        with_client(world, [&](client& sdk) -> asio::awaitable<void> {
            auto const grant = world.grant("shared/clip");
            auto const session = (co_await sdk.async_begin_session(grant, content.size(), in_parts())).value();
            part_range const theirs{.first = 1, .last = 2};
            CHECK((co_await sdk.async_upload_share(session, grant, from_other, theirs)).has_value());
            part_range const ours{.first = 3, .last = 0};
            auto const got = co_await sdk.async_upload_share(session, grant, from, ours);
            CHECK(got.has_value() == is_same);
            if (is_same)
                co_return;
            CHECK(got.error().code == errc::checksum_mismatch);
            CHECK(got.error().message.find("part 2 of the session") != std::string::npos);
        });
        CHECK(world.server().object("b-ucket", "shared/clip").has_value() == is_same);
        CHECK(world.server().open_uploads().size() == (is_same ? 0 : 1));
    }
}

TEST_CASE("a session that may be left beside an equal object is among the client's orphans")
{
    unsigned completes = 0;
    emulated world([&](emulator::request_event const& e) {
        fault f;
        bool const is_complete = e.operation == "CompleteMultipartUpload";
        if (is_complete && ++completes == 2)  // the first made the object that is there
            f.what = fault::kind::reset_before;
        else if ((is_complete && completes > 2) || e.operation == "AbortMultipartUpload")
        {
            f.what = fault::kind::answer_status;
            f.status = 403;
            f.code = "AccessDenied";
        }
        return f;
    });
    auto const content = patterned(500'000);
    memory_source from(asio::buffer(content));
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto const grant = world.grant("shared/clip");
        CHECK((co_await sdk.async_upload(grant, from, in_parts())).has_value());
        auto const session = (co_await sdk.async_begin_session(grant, content.size(), in_parts())).value();
        part_range const all;
        auto const got = co_await sdk.async_upload_share(session, grant, from, all);
        REQUIRE_MESSAGE(got.has_value(), got.error().describe());
        CHECK(got->done.has_value());
        auto const left = sdk.stats().orphans;
        REQUIRE(left.size() == 1);
        CHECK(left[0].upload_id == session.upload_id);
        CHECK(left[0].object_key == "shared/clip");
    });
    CHECK(world.server().open_uploads().size() == 1);
}

TEST_CASE("a session whose beginning is cancelled is taken back")
{
    asio::io_context context;
    asio::cancellation_signal stop;
    emulated world([&](emulator::request_event const& e) {
        if (e.operation != "InitiateMultipartUpload")
            return fault();
        auto const cancelled = std::make_shared<std::promise<void>>();
        asio::post(context, [&stop, cancelled] {
            stop.emit(asio::cancellation_type::terminal);
            cancelled->set_value();
        });
        cancelled->get_future().wait();  // so that the answer comes after it
        return fault();
    });
    auto sdk = std::make_unique<client>(context.get_executor(), world.config());
    outcome<upload_session> begun;
    sdk->async_begin_session(world.grant("shared/clip"), 1'000'000, upload_options(),
        asio::bind_cancellation_slot(stop.slot(), [&](result<upload_session> r) {
            begun.got = std::move(r);
            sdk.reset();
        }));
    context.run();
    REQUIRE(begun.got.has_value());
    REQUIRE(begun.got->has_error());
    CHECK(begun.failure().code == asio::error::operation_aborted);
    CHECK(begun.failure().upload_id.empty());
    CHECK(world.server().requests().at("AbortMultipartUpload").requests == 1);
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("open uploads of a bucket are listed and can be aborted, once and again")
{
    emulated world;
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto const one = (co_await sdk.async_begin_session(world.grant("cam/one"), 1'000'000)).value();
        auto const two = (co_await sdk.async_begin_session(world.grant("other/two"), 1'000'000)).value();
        auto const all = (co_await sdk.async_list_open_uploads(world.grant("any"), "")).value();
        REQUIRE(all.size() == 2);
        CHECK(all[0].object_key == "cam/one");
        CHECK(all[0].upload_id == one.upload_id);
        CHECK(all[0].initiated.has_value());
        auto const some = (co_await sdk.async_list_open_uploads(world.grant("any"), "other/")).value();
        REQUIRE(some.size() == 1);
        CHECK(some[0].upload_id == two.upload_id);
        for (int i = 0; i < 2; ++i)
            CHECK((co_await sdk.async_abort_upload(world.grant("any"), some[0])).has_value());
        CHECK(world.server().open_uploads().size() == 1);
    });
}

TEST_CASE("many uploads go some at a time, and one that fails stops none of the others")
{
    emulated world([&](emulator::request_event const& e) {
        fault f;
        if (e.key == "many/3")
        {
            f.what = fault::kind::answer_status;
            f.status = 403;
            f.code = "AccessDenied";
        }
        return f;
    });
    auto const content = patterned(250'000);
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        std::list<memory_source> sources;
        std::vector<upload_job> jobs;
        jobs.reserve(11);
        for (int i = 0; i < 10; ++i)
            jobs.emplace_back(
                world.grant("many/" + std::to_string(i)), sources.emplace_back(asio::buffer(content)), in_parts());
        jobs.emplace_back(stream_request("media"), sources.emplace_back(asio::buffer(content)), in_parts());
        auto const all = co_await sdk.async_upload_all(jobs, 3);
        REQUIRE(all.has_value());
        REQUIRE(all->size() == 11);
        for (std::size_t i = 0; i < 11; ++i)
        {
            CAPTURE(i);
            CHECK((*all)[i].has_value() == (i != 3));
        }
        CHECK((*all)[3].error().service_code == "AccessDenied");
        CHECK((*all)[10]->media_id == "media");
        CHECK((co_await sdk.async_upload_all(jobs, 0)).error().code == errc::invalid_argument);
        auto const none = co_await sdk.async_upload_all({}, 3);
        CHECK(none->empty());
    });
    CHECK(world.server().objects().size() == 10);
    CHECK(world.server().open_uploads().empty());
}

TEST_CASE("thousands of uploads that fail at once end one after the other")
{
    emulated world;
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        file_source missing("/no/such/file");
        std::vector<upload_job> jobs;
        constexpr std::size_t many = 10'000;
        jobs.reserve(many);
        for (std::size_t i = 0; i < many; ++i)
            jobs.emplace_back(world.grant("none"), missing, in_parts());
        auto const all = (co_await sdk.async_upload_all(jobs, 2)).value();
        CHECK(all.size() == many);
        CHECK(std::ranges::all_of(all, [](auto const& one) { return one.has_error(); }));
    });
}

TEST_CASE("of many uploads one can be cancelled by its handle, and the others go on")
{
    emulated world;
    auto const content = patterned(1'000'000);
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        std::list<memory_source> sources;
        std::vector<upload_job> jobs;
        jobs.reserve(4);
        upload_handle handle;
        for (int i = 0; i < 4; ++i)
        {
            auto options = in_parts();
            if (i == 1)
                options.handle = &handle;
            jobs.emplace_back(
                world.grant("some/" + std::to_string(i)), sources.emplace_back(asio::buffer(content)), options);
        }
        handle.cancel();  // before it begins
        auto const all = (co_await sdk.async_upload_all(jobs, 2)).value();
        for (std::size_t i = 0; i < 4; ++i)
            CHECK(all[i].has_value() == (i != 1));
        CHECK(all[1].error().code == asio::error::operation_aborted);
        CHECK(handle.status().now == upload_status::phase::ended);
    });
    CHECK(world.server().open_uploads().empty());
}
