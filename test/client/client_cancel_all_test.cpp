#include "emulator_fixture.hpp"
#include "request_trigger.hpp"

#include <sluice/upload_handle.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <deque>
#include <list>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

TEST_CASE("many uploads that are cancelled as a whole each end as done or aborted, and leave nothing")
{
    constexpr std::size_t many = 7;
    std::string const content(250'000, 'm');
    request_trigger trigger;
    emulated world([&](emulator::request_event const&) {
        trigger.request_seen();
        return fault();
    });
    using outcomes = std::vector<result<receipt>>;
    std::size_t most_done = 0;
    std::size_t fewest_done = many;
    bool fired = true;
    for (unsigned step = 0; fired; ++step)
    {
        CAPTURE(step);
        asio::io_context context;
        auto config = world.config();
        config.ims_endpoint = world.server().ims_url();  // without TLS, for many clients come and go
        config.oss_endpoint = world.server().oss_url();
        auto sdk = std::make_unique<client>(context.get_executor(), config);
        asio::cancellation_signal stop;
        std::deque<upload_handle> handles(many);
        std::list<memory_source> sources;
        std::vector<upload_job> jobs;
        jobs.reserve(many);
        for (std::size_t i = 0; i < many; ++i)
        {
            auto options = in_parts();
            options.handle = &handles[i];
            auto const bytes = asio::buffer(asio::buffer(content), i % 3 == 0 ? content.size() : 500);
            auto& from = sources.emplace_back(bytes);
            if (i % 2 == 0)
                jobs.emplace_back(world.grant(std::to_string(step) + '/' + std::to_string(i)), from, options);
            else
                jobs.emplace_back(stream_request("media"), from, options);
        }
        if (step != 0)
            trigger.arm(step, [&] { asio::post(context, [&] { stop.emit(asio::cancellation_type::terminal); }); });
        outcome<outcomes> all;
        client_stats stats;
        sdk->async_upload_all(jobs, 3, asio::bind_cancellation_slot(stop.slot(), [&](result<outcomes> r) {
            all.got = std::move(r);
            stats = sdk->stats();
            sdk.reset();
        }));
        if (step == 0)
            stop.emit(asio::cancellation_type::partial);  // before one has begun
        context.run();
        fired = trigger.disarm();

        REQUIRE(all.got.has_value());
        if (all.got->has_error())  // it did not come to begin any
        {
            CHECK(step == 0);
            CHECK(all.failure().code == asio::error::operation_aborted);
            CHECK(world.server().objects().empty());
            continue;
        }
        auto const& ended = all.got->value();
        REQUIRE(ended.size() == many);
        std::size_t done = 0;
        for (std::size_t i = 0; i < many; ++i)
        {
            CAPTURE(i);
            CHECK(handles[i].status().now == upload_status::phase::ended);
            if (!ended[i])
            {
                CHECK(ended[i].error().code == asio::error::operation_aborted);
                CHECK(ended[i].error().upload_id.empty());
                continue;
            }
            ++done;
            CHECK(world.server().object(ended[i]->bucket, ended[i]->object_key).has_value());
        }
        CHECK((fired || done == many));
        most_done = std::max(most_done, done);
        fewest_done = std::min(fewest_done, done);
        CHECK(stats.orphaned_uploads == 0);
        CHECK(world.server().open_uploads().empty());
    }
    CHECK(most_done == many);
    CHECK(fewest_done == 0);
}
