#pragma once

#include "fake_oss.hpp"
#include "run.hpp"
#include "support/patterned.hpp"
#include "support/temporary_path.hpp"
#include "upload/transfer.hpp"

#include <boost/asio/thread_pool.hpp>

#include <string>

namespace sluice::test
{

// A random source of zeros: no pause between attempts.
class no_random final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override { std::fill(bytes.begin(), bytes.end(), std::byte{0}); }
};

// One upload to a fake OSS.
struct transfer_fixture
{
    asio::io_context context;
    asio::thread_pool blocking{1};
    fake_oss oss;
    std::shared_ptr<sluice::clock> time = system_clock();
    upload::environment env{.transport = oss,
        .clock = time,
        .time = std::make_shared<service_clock>(*time),
        .random = std::make_shared<no_random>(),
        .blocking = blocking.get_executor(),
        .retry = {},
        .oss = {},
        .oss_endpoint = {},
        .oss_region = {},
        .memory = upload::memory_budget::make(context.get_executor(), time, 64 * mib)};
    upload_grant grant = a_grant();
    upload_options options = small_parts();
    std::string content = patterned(750'000);  // eight parts, the last one short
    asio::cancellation_signal stop;
    upload::toll costs;
    net::attempt_log before;  // the upload
    upload::control* steering = nullptr;
    upload::checkpoint_keeper* remembered = nullptr;
    bool is_of_stream = true;

    static upload_grant a_grant()
    {
        upload_grant g;
        g.endpoint = "https://oss-cn-shanghai.aliyuncs.com";
        g.bucket = "b-ucket";
        g.object_key = "cam/clip.mp4";
        g.credentials = credentials("id", "secret", "token");
        g.media_id = "media";
        g.file_url = "http://x/cam/clip.mp4";
        return g;
    }

    static upload_options small_parts()
    {
        upload_options o;
        o.part_size = 100 * kib;
        o.multipart_threshold = 100 * kib;
        o.parts_in_flight = 3;
        return o;
    }

    void use(std::shared_ptr<sluice::clock> other)
    {
        time = std::move(other);
        env.clock = time;
        env.time = std::make_shared<service_clock>(*time);
    }

    // All of it must outlive the upload.
    [[nodiscard]] upload::order order_of(
        source& from, upload::part_plan const& plan, steady_time until = steady_time::max())
    {
        return {grant, from, plan, options, env.clock->steady_now(), until, steering, remembered, is_of_stream};
    }

    result<receipt> send(source& from, steady_time until = steady_time::max())
    {
        costs = {};
        costs.failed = before;
        oss.time = env.clock.get();
        auto const plan = upload::open_and_plan(from, options);
        if (!plan)
            return plan.error();
        return run(context, upload::transfer(env, order_of(from, *plan, until), costs), &stop);
    }

    result<receipt> send(steady_time until = steady_time::max())
    {
        memory_source from(asio::buffer(content));
        return send(from, until);
    }

    [[nodiscard]] bool delivered() const
    {
        auto const at = oss.objects.find("cam/clip.mp4");
        return at != oss.objects.end() && at->second == content;
    }
};

}  // namespace sluice::test
