#pragma once

#include "credentials/credentials_source.hpp"
#include "net/retry.hpp"
#include "oss/service.hpp"
#include "upload/bandwidth_limit.hpp"
#include "upload/environment.hpp"
#include "upload/grant_life.hpp"
#include "upload/part_plan.hpp"
#include "upload/progress.hpp"
#include "upload/step_gate.hpp"

#include <sluice/source.hpp>
#include <sluice/upload_grant.hpp>

namespace sluice::upload
{

// What one upload was asked for with. All of it outlives the upload.
struct order
{
    upload_grant const& grant;
    source& from;
    part_plan const& plan;
    upload_options const& options;
    steady_time begun;
    steady_time until;
    bandwidth_limit* limit;  // null: as the options say
};

// What it works with, for as long as it takes.
struct workshop
{
    // All three must outlive it.
    workshop(environment const& e, order const& o, oss::object_location const& to);

    environment const& env;
    oss::object_location const& at;
    source& from;
    fixed_credentials who;  // each upload has its own, so that retries are counted and keys derived for it alone
    net::caller caller;
    oss::service oss;
    progress_meter meter;
    bandwidth_limit limit;
    bandwidth_gate bandwidth;
    grant_life life;
    step_gate gate;
};

}  // namespace sluice::upload
