#include "emulator_fixture.hpp"
#include "passing_time.hpp"
#include "support/patterned.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <functional>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

namespace
{

// Answers the lists of parts in pairs: neither of two processes learns what is there before the other has asked, too.
// So both find nothing there at first, and both find everything there at last.
class paired_lists
{
public:
    fault meet(emulator::request_event const& e)
    {
        fault f;
        if (e.operation != "ListParts")
            return f;
        auto const number = ++lists_;
        f.delay = number <= 2 ? first_wait : second_wait;
        return f;
    }

    // How far the clock, which stands still otherwise, is to go on. What is enough for the first pair is too little for
    // the second.
    [[nodiscard]] std::chrono::milliseconds step() const
    {
        if (lists_ == 2)
            return first_wait;
        return lists_ >= 4 ? second_wait : std::chrono::milliseconds(0);
    }

private:
    static constexpr std::chrono::milliseconds first_wait{1};
    static constexpr std::chrono::milliseconds second_wait = std::chrono::seconds(2);
    std::atomic<unsigned> lists_ = 0;
};

// A source whose last bytes are not there before something has happened.
class late_source final : public source
{
public:
    late_source(std::string const& bytes, std::function<bool()> may_end) : bytes_(bytes), may_end_(std::move(may_end))
    {}

    [[nodiscard]] std::string name() const override { return "late"; }
    result<std::uint64_t> open() override { return bytes_.size(); }
    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor) override
    {
        auto const from = static_cast<std::size_t>(offset);
        while (from + to.size() >= bytes_.size() && !may_end_())
            co_await asio::post(asio::use_awaitable);
        co_return asio::buffer_copy(to, asio::buffer(bytes_) + from);
    }
    result<void> verify_unchanged() override { return {}; }

private:
    std::string const& bytes_;
    std::function<bool()> may_end_;
};

upload_session begin_session_of(emulated const& world, std::size_t size)
{
    upload_session made;
    with_client(world, [&](client& sdk) -> asio::awaitable<void> {
        auto const begun = co_await sdk.async_begin_session(world.grant("raced"), size, in_parts());
        REQUIRE(begun.has_value());
        made = *begun;
    });
    return made;
}

}  // namespace

TEST_CASE("of two shares that complete a session at once both end well, and there is one object")
{
    struct row
    {
        char const* what;
        std::vector<char const*> rules;
    };
    row const rows[] = {
        {"the second is told that the upload is gone", {}},
        {"the answer to the first is lost", {"CompleteMultipartUpload,reset_after"}},
        {"the answers to both are lost", {"CompleteMultipartUpload,times=2,reset_after"}},
        {"the second is met by a server that is busy", {"CompleteMultipartUpload,skip=1,status=503"}},
    };
    auto const content = patterned(500'000);
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        paired_lists lists;
        auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
        emulated world([&](emulator::config& c) {
            c.clock = time;
            c.idle_timeout = std::chrono::milliseconds(0);
            c.on_request = [&](emulator::request_event const& e) { return lists.meet(e); };
            for (auto const* const rule : r.rules)
                c.faults.push_back(emulator::parse_fault_rule(rule).value());
        });
        auto const session = begin_session_of(world, content.size());
        memory_source from(asio::buffer(content));
        asio::io_context context;
        std::vector<std::unique_ptr<client>> processes;
        std::vector<outcome<session_share>> shares(2);
        for (auto& share : shares)
        {
            auto config = world.config();
            config.clock = time;  // or its signatures would be of another time than the emulator's
            lift_limits(config);
            processes.push_back(std::make_unique<client>(context.get_executor(), config));
            part_range const all;
            processes.back()->async_upload_share(session, world.grant("raced"), from, all, in_parts(), share.keep());
        }
        auto const give_up = std::chrono::steady_clock::now() + patience;
        while (!shares[0].got || !shares[1].got)
        {
            REQUIRE_MESSAGE(std::chrono::steady_clock::now() < give_up, "the test hangs");
            if (context.run_one_for(std::chrono::milliseconds(2)) == 0)
                time->advance(lists.step());
        }
        processes.clear();
        context.run();

        for (auto const& share : shares)
        {
            REQUIRE_MESSAGE(share.got->has_value(), share.failure().describe());
            CHECK(share.got->value().parts_sent == session.parts());
            CHECK(share.got->value().parts_missing == 0);
            REQUIRE(share.got->value().done.has_value());
            CHECK(share.got->value().done->bytes == content.size());
        }
        CHECK(shares[0].got->value().done->crc64 == shares[1].got->value().done->crc64);
        CHECK(world.server().requests().at("CompleteMultipartUpload").requests >= 2);
        CHECK(world.server().requests().at("InitiateMultipartUpload").requests == 1);
        CHECK(world.server().objects().size() == 1);
        CHECK(world.server().object("b-ucket", "raced") == content);
        CHECK(world.server().open_uploads().empty());
    }
}

TEST_CASE("a share whose session another completes meanwhile is told of the object, and what it did itself")
{
    auto const content = patterned(500'000);
    emulated world;
    auto const session = begin_session_of(world, content.size());
    asio::io_context context;
    client fast(context.get_executor(), world.config());
    client slow(context.get_executor(), world.config());
    outcome<session_share> first;
    outcome<session_share> second;
    late_source late(content, [&] { return first.got.has_value(); });
    memory_source from(asio::buffer(content));
    part_range const all;
    slow.async_upload_share(session, world.grant("raced"), late, all, in_parts(), second.keep());
    auto const sent_by_slow = [&] { return world.server().part_writes().size(); };
    run_until(context, [&] { return sent_by_slow() + 1 == session.parts(); });
    fast.async_upload_share(session, world.grant("raced"), from, all, in_parts(), first.keep());
    run_until(context, [&] { return second.got.has_value(); });

    REQUIRE_MESSAGE(first.got->has_value(), first.failure().describe());
    CHECK(first.got->value().done.has_value());
    REQUIRE_MESSAGE(second.got->has_value(), second.failure().describe());
    auto const& told = second.got->value();
    REQUIRE(told.done.has_value());
    CHECK(told.done->crc64 == first.got->value().done->crc64);
    CHECK(told.parts_missing == 0);
    CHECK(told.parts_sent + told.parts_found == session.parts() - 1);
    CHECK(world.server().object("b-ucket", "raced") == content);
    CHECK(world.server().objects().size() == 1);
    CHECK(world.server().open_uploads().empty());
}
