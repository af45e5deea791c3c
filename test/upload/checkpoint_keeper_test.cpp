#include "transfer_fixture.hpp"
#include "upload/checkpoint_keeper.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace
{

// The checkpoint of a file on a disk that may fall silent: what it is asked to do then waits in `silent_disk`, for the
// test to let it happen. Time and the loop are moved by hand, for both would wait for the disk.
struct keeper_fixture : transfer_fixture
{
    std::shared_ptr<manual_clock> standing = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    temporary_path folder;
    file_source from{folder.write("clip.mp4", content)};
    std::string where = folder.file("clip.sluice");
    upload::part_plan plan;
    std::vector<std::string> told;
    bool has_ended = false;
    result<receipt> got = error{};
    asio::io_context silent_disk;

    keeper_fixture()
    {
        use(standing);
        is_of_stream = false;
        plan = upload::open_and_plan(from, options).value();
        options.on_event = {.function =
                                [](void* to, upload_event const& e) {
                                    if (e.kind == upload_event_kind::checkpoint_not_written)
                                        static_cast<keeper_fixture*>(to)->told.emplace_back(e.text);
                                },
            .argument = this};
    }

    void load(upload::checkpoint_keeper& kept)
    {
        auto const loaded = run(context, kept.load(from, "oss://b-ucket/cam/clip.mp4"));
        REQUIRE(loaded.has_value());
    }

    void disk_falls_silent() { env.blocking = silent_disk.get_executor(); }
    void disk_answers() { env.blocking = blocking.get_executor(); }

    // Begins it, and goes on until it waits for the disk or for time.
    void start(asio::awaitable<void> work)
    {
        has_ended = false;
        asio::co_spawn(context, upload::as_error_codes(std::move(work)),
            asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr const& e) {
                CHECK_FALSE(e);
                has_ended = true;
            }));
        go_on();
    }

    void wait_for_end()
    {
        while (!has_ended)
            context.run_one();
    }

    void go_on()
    {
        context.restart();
        context.poll();
    }

    void pass(std::chrono::seconds so_long)
    {
        standing->advance(so_long);
        go_on();
    }

    void cancel()
    {
        stop.emit(asio::cancellation_type::terminal);
        go_on();
    }

    asio::awaitable<void> upload_with(upload::checkpoint_keeper& kept)
    {
        remembered = &kept;
        upload::order const what = order_of(from, plan);
        got = co_await upload::transfer(env, what, costs);
    }

    [[nodiscard]] bool is_there() const { return std::filesystem::exists(where); }
};

}  // namespace

TEST_CASE("a checkpoint whose writing was given up does not come back when it has been removed")
{
    keeper_fixture t;
    upload::checkpoint_keeper kept(t.env, t.options, t.where);
    t.load(kept);
    t.disk_falls_silent();
    t.start(kept.save(t.grant, t.plan, "U0"));
    t.cancel();
    t.pass(2s);
    REQUIRE(t.has_ended);
    t.disk_answers();
    t.start(kept.remove());
    t.wait_for_end();
    t.silent_disk.run();
    CHECK_FALSE(t.is_there());
    CHECK_FALSE(std::filesystem::exists(t.where + ".new"));
}

TEST_CASE("a checkpoint that is written anew is not removed by what was asked before")
{
    keeper_fixture t;
    upload::checkpoint_keeper kept(t.env, t.options, t.where);
    t.load(kept);
    t.disk_falls_silent();
    t.start(kept.remove());
    t.pass(10s);
    REQUIRE(t.has_ended);
    t.disk_answers();
    t.start(kept.save(t.grant, t.plan, "U1"));
    t.wait_for_end();
    t.silent_disk.run();
    CHECK(t.is_there());
}

TEST_CASE("a disk that is only slow has written the checkpoint when a cancelled upload is kept")
{
    keeper_fixture t;
    upload::checkpoint_keeper kept(t.env, t.options, t.where);
    t.load(kept);
    t.disk_falls_silent();
    t.start(kept.save(t.grant, t.plan, "U0"));
    t.cancel();
    CHECK_FALSE(t.has_ended);
    t.silent_disk.run();
    t.go_on();
    CHECK(t.has_ended);
    CHECK(t.is_there());
    CHECK(t.told.empty());
}

TEST_CASE("a silent disk is waited for so long, and no longer")
{
    struct row
    {
        char const* what;
        bool is_cancelled;
        bool is_removal;
        std::chrono::seconds waited;
        char const* told;
    };
    static constexpr row rows[] = {
        {"a checkpoint is written, until the deadline", false, false, 30s, "was not written"},
        {"a checkpoint is written, and the upload was cancelled", true, false, 2s, "was not written"},
        {"a checkpoint is removed", false, true, 10s, "was not removed, and may be left"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        keeper_fixture t;
        upload::checkpoint_keeper kept(t.env, t.options, t.where, t.standing->steady_now() + 30s);
        t.load(kept);
        t.disk_falls_silent();
        t.start(r.is_removal ? kept.remove() : kept.save(t.grant, t.plan, "U0"));
        if (r.is_cancelled)
            t.cancel();
        t.pass(r.waited - 1s);
        CHECK_FALSE(t.has_ended);
        t.pass(1s);
        CHECK(t.has_ended);
        REQUIRE(t.told.size() == 1);
        CHECK(t.told[0].find(r.told) != std::string::npos);
    }
}

TEST_CASE("a checkpoint that cannot be looked at in time is an error, and nothing is sent")
{
    keeper_fixture t;
    t.disk_falls_silent();
    upload::checkpoint_keeper kept(t.env, t.options, t.where, t.standing->steady_now() + 30s);
    result<void> loaded;
    auto const look = [&]() -> asio::awaitable<void> {
        loaded = co_await kept.load(t.from, "oss://b-ucket/cam/clip.mp4");
    };
    t.start(look());
    t.pass(30s);
    REQUIRE(t.has_ended);
    REQUIRE(loaded.has_error());
    CHECK(loaded.error().code == errc::deadline_exceeded);
}

TEST_CASE("a cancelled upload ends although the disk of its checkpoint is silent")
{
    for (auto const leave : {leftovers::keep, leftovers::automatic, leftovers::abort})
    {
        bool const is_kept = leave == leftovers::keep;
        CAPTURE(is_kept);
        keeper_fixture t;
        t.options.leave = leave;
        upload::checkpoint_keeper kept(t.env, t.options, t.where);
        t.load(kept);
        t.disk_falls_silent();
        t.start(t.upload_with(kept));
        REQUIRE(t.oss.open_uploads.size() == 1);
        t.cancel();
        t.pass(2s);
        if (!is_kept)
        {
            CHECK_FALSE(t.has_ended);
            t.pass(10s);
        }
        REQUIRE(t.has_ended);
        REQUIRE(t.got.has_error());
        CHECK(t.got.error().code == asio::error::operation_aborted);
        CHECK(t.oss.open_uploads.size() == (is_kept ? 1 : 0));
        CHECK(t.told.size() == (is_kept ? 1 : 2));
        t.silent_disk.run();
        CHECK(t.is_there() == is_kept);
    }
}

TEST_CASE("of two uploads with one checkpoint the later one fails before anything is sent, or goes on without it")
{
    keeper_fixture t;
    auto ours = std::make_unique<upload::checkpoint_keeper>(t.env, t.options, t.where);
    upload::checkpoint_keeper at_once(t.env, t.options, t.where);
    upload::checkpoint_keeper later(t.env, t.options, t.where);
    t.load(*ours);
    t.load(at_once);
    t.start(ours->save(t.grant, t.plan, "U0"));
    t.wait_for_end();
    REQUIRE(t.told.empty());

    t.start(at_once.save(t.grant, t.plan, "U1"));
    t.wait_for_end();
    REQUIRE(t.told.size() == 1);
    CHECK(t.told.front().find("another upload is under way with this checkpoint") != std::string::npos);
    t.start(at_once.remove());
    t.wait_for_end();
    CHECK(t.is_there());

    auto const refused = run(t.context, later.load(t.from, "oss://b-ucket/cam/clip.mp4"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::checkpoint_in_use);
    CHECK(refused.error().resource == t.where);

    ours.reset();
    t.load(later);
    CHECK(later.left_off(t.grant, t.plan.size)->upload_id == "U0");
}
