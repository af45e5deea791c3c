#pragma once

#include "net/attempt_log.hpp"
#include "net/retry.hpp"
#include "oss/service.hpp"
#include "upload/bandwidth_limit.hpp"
#include "upload/checkpoint_keeper.hpp"
#include "upload/control.hpp"
#include "upload/environment.hpp"
#include "upload/events.hpp"
#include "upload/grant_keeper.hpp"
#include "upload/part_plan.hpp"
#include "upload/progress.hpp"
#include "upload/step_gate.hpp"

#include <sluice/client.hpp>
#include <sluice/source.hpp>
#include <sluice/upload_grant.hpp>

#include <vector>

namespace sluice::upload
{

// What one upload cost, whether it succeeded or not.
struct toll
{
    unsigned retries = 0;
    std::vector<orphaned_upload> orphans{};
    net::attempt_log failed{};  // may hold some from before
};

// What one upload was asked for with. All of it outlives the upload.
struct order
{
    upload_grant const& grant;
    source& from;
    part_plan const& plan;
    upload_options const& options;
    steady_time begun;
    steady_time until;
    control* steering;              // null: nobody
    checkpoint_keeper* remembered;  // null: nowhere
    bool is_of_stream;              // the grant is that of a stream, which nobody can renew

    // The same under another grant, which counts from now on.
    [[nodiscard]] order with(upload_grant const& other, steady_time now) const
    {
        return {other, from, plan, options, now, until, steering, remembered, is_of_stream};
    }
};

// What it works with, for as long as it takes.
struct workshop
{
    // All of these must outlive it.
    workshop(environment const& e, order const& o, oss::object_location const& to, asio::any_io_executor const& strand,
        toll& costs);

    environment const& env;
    order const& asked;
    oss::object_location const& at;
    source& from;
    upload_options const& options;
    control* steering;
    events told;
    grant_keeper grant;  // each upload has its own, so that retries are counted and keys derived for it alone
    net::caller caller;
    oss::service oss;
    progress_meter meter;
    bandwidth_limit limit;  // where no handle has one
    bandwidth_gate bandwidth;
    net::attempt_log& failed;
    step_gate gate;
};

}  // namespace sluice::upload
