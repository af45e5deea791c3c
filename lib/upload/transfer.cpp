#include "upload/transfer.hpp"

#include "credentials/credentials_source.hpp"
#include "oss/redact.hpp"
#include "upload/multipart.hpp"
#include "upload/put.hpp"
#include "upload/source_guard.hpp"

#include <utility>

namespace sluice::upload
{

namespace
{

result<oss::object_location> locate(environment const& env, upload_grant const& grant)
{
    if (grant.bucket.empty() || grant.object_key.empty())
    {
        error e(errc::invalid_argument, "the upload grant names no bucket or no object key");
        e.recommendation = "Pass a grant as decode_upload_grant() and async_create_upload_stream() give it";
        e.attempts = 0;
        return e;
    }
    auto const& endpoint = env.oss_endpoint.empty() ? grant.endpoint : env.oss_endpoint;
    auto const& region = env.oss_region.empty() ? grant.region : env.oss_region;
    return oss::make_location(endpoint, grant.bucket, grant.object_key, region);
}

result<void> check_credentials(credentials const& c)
{
    if (!c.access_key_id.empty() && !c.access_key_secret.empty())
        return {};
    error e(errc::no_credentials, "the upload grant holds no access key");
    e.recommendation = "Pass a grant with its access key id, secret and security token, as decode_upload_grant() "
                       "and async_create_upload_stream() give it";
    e.attempts = 0;
    return e;
}

}  // namespace

error told_by(source const& from, error e)
{
    auto const name = from.name();
    if (e.operation.empty())
        e.operation = "upload";
    if (e.resource.empty())
        e.resource = name;
    else if (e.resource != name)
        e.resource = name + " (" + e.resource + ")";
    if (e.service_code == "SecurityTokenExpired")
    {
        e.code = errc::grant_expired;
        e.recommendation = "The grant's credential has ended and can't be renewed: ask for a new grant and upload "
                           "again, on a faster line or with more parts in flight if the file is large";
    }
    return e;
}

result<part_plan> open_and_plan(source& from, upload_options const& options)
{
    if (auto valid = validate(options); !valid)
        return told_by(from, std::move(valid).error());
    auto const size = guarded_open(from);
    if (!size)
        return told_by(from, size.error());
    auto plan = plan_parts(*size, options);
    if (!plan)
        return told_by(from, std::move(plan).error());
    return plan;
}

asio::awaitable<result<receipt>> transfer(environment const& env, upload_grant const& grant, source& from,
    part_plan const& plan, upload_options const& options, steady_time until, toll& costs)
{
    if (auto usable = check_credentials(grant.credentials); !usable)
        co_return told_by(from, usable.error());
    auto const at = locate(env, grant);
    if (!at)
        co_return told_by(from, at.error());

    // Each upload has its own, so that retries are counted and keys derived for it alone.
    fixed_credentials who(grant.credentials);
    net::caller caller(env.transport, env.clock, env.random, env.retry);
    oss::service oss(caller, who, *env.clock, env.oss);
    progress_meter meter(options.on_progress, plan.size, plan.parts);
    // A put leaves nothing to clean up behind it.
    grant_life const life(grant, *env.clock, oss, plan.parts == 0 ? std::chrono::nanoseconds(0) : env.abort_limit);
    if (auto alive = life.check(); !alive)
        co_return told_by(from, std::move(alive).error());
    step_gate const gate(*env.clock, until, life);

    result<delivery> done = delivery();
    if (plan.parts == 0)
    {
        put single(put::tools{env, caller, oss, *at, from, meter, gate}, plan.size);
        done = co_await single.run();
        costs.retries += single.repeats();
    }
    else
    {
        bool const key_is_ours = !grant.credentials.security_token.empty();
        multipart parts(
            multipart::tools{env, caller, oss, *at, from, meter, gate, key_is_ours}, plan, options.parts_in_flight);
        done = co_await parts.run();
        costs.retries += parts.repeats();
        costs.orphaned_uploads += parts.orphaned();
    }
    costs.retries += static_cast<unsigned>(caller.retries());
    if (!done)
    {
        auto e = gate.told(std::move(done).error());
        oss::redact(e.request_id, grant.credentials);
        co_return told_by(from, std::move(e));
    }

    // Only now: the etags of parts go back to the server as they came.
    for (auto* const text : {&done->etag, &done->request_id, &done->callback_failure})
        oss::redact(*text, grant.credentials);
    receipt r;
    r.media_id = grant.media_id;
    r.file_url = grant.file_url;
    r.endpoint = at->where.url();
    r.bucket = at->bucket;
    r.object_key = at->key;
    r.etag = std::move(done->etag);
    r.request_id = std::move(done->request_id);
    r.callback_failure = std::move(done->callback_failure);
    r.crc64 = done->crc64;
    r.bytes = plan.size;
    r.parts = plan.parts;
    r.retries = costs.retries;
    co_return r;
}

}  // namespace sluice::upload
