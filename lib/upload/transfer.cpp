#include "upload/transfer.hpp"

#include "oss/redact.hpp"
#include "upload/multipart.hpp"
#include "upload/put.hpp"
#include "upload/source_guard.hpp"
#include "upload/workshop.hpp"

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

namespace
{

receipt receipt_of(upload_grant const& grant, oss::object_location const& at, part_plan const& plan, delivery done)
{
    for (auto* const text : {&done.etag, &done.request_id, &done.callback_failure})
        oss::redact(*text, grant.credentials);
    receipt r;
    r.media_id = grant.media_id;
    r.file_url = grant.file_url;
    r.endpoint = at.where.url();
    r.bucket = at.bucket;
    r.object_key = at.key;
    r.etag = std::move(done.etag);
    r.request_id = std::move(done.request_id);
    r.callback_failure = std::move(done.callback_failure);
    r.crc64 = done.crc64;
    r.bytes = plan.size;
    r.parts = plan.parts;
    return r;
}

error told(order const& o, error e, toll const& costs)
{
    e.history = costs.failed.last(net::attempt_log::in_error);
    return told_by(o.from, std::move(e));
}

asio::awaitable<result<delivery>> send_in_parts(workshop& w, order const& o, toll& costs)
{
    bool const key_is_ours = !o.grant.credentials.security_token.empty();
    multipart parts(
        multipart::tools{w.env, w.caller, w.oss, w.at, w.from, w.meter, w.gate, costs.failed, w.bandwidth, key_is_ours},
        o.plan, o.options.parts_in_flight);
    auto done = co_await parts.run();
    costs.retries += parts.repeats();
    costs.orphaned_uploads += parts.orphaned();
    co_return done;
}

// How it went, as the caller is to hear it.
result<receipt> told(workshop const& w, order const& o, result<delivery> done, toll& costs)
{
    costs.retries += static_cast<unsigned>(w.caller.retries());
    if (!done)
    {
        auto e = w.gate.told(std::move(done).error());
        oss::redact(e.request_id, o.grant.credentials);
        return told(o, std::move(e), costs);
    }
    auto r = receipt_of(o.grant, w.at, o.plan, *std::move(done));
    r.retries = costs.retries;
    r.history = costs.failed.last(net::attempt_log::in_receipt);
    return r;
}

asio::awaitable<result<receipt>> transfer_now(environment const& env, order o, turnstile::pass turn, toll& costs)
{
    if (auto usable = check_credentials(o.grant.credentials); !usable)
        co_return told(o, usable.error(), costs);
    auto const at = locate(env, o.grant);
    if (!at)
        co_return told(o, at.error(), costs);

    workshop w(env, o, *at);
    w.caller.note_failures(costs.failed);
    if (auto alive = w.life.check(); !alive)
        co_return told(o, std::move(alive).error(), costs);
    if (o.plan.parts != 0)
    {
        auto stored = co_await send_in_parts(w, o, costs);
        co_return told(w, o, std::move(stored), costs);
    }
    auto const out_of_reach = [&turn] { turn.throw_open(); };
    w.caller.when_pausing(out_of_reach);
    put single(
        put::tools{env, w.caller, w.oss, *at, o.from, w.meter, w.gate, costs.failed, w.bandwidth, turn}, o.plan.size);
    auto done = co_await single.run();
    costs.retries += single.repeats();
    co_return told(w, o, std::move(done), costs);
}

// Thousands may wait here, so that it holds as little as can be.
asio::awaitable<result<receipt>> transfer_by_turns(environment const& env, order o, toll& costs)
{
    auto entered = co_await env.turns->enter(o.grant.bucket, o.until, o.options.priority);
    if (!entered)
        co_return told(o, std::move(entered).error(), costs);
    co_return co_await transfer_now(env, o, *std::move(entered), costs);
}

}  // namespace

// Parts hold little while they wait, and take turns by themselves.
asio::awaitable<result<receipt>> transfer(environment const& env, upload_grant const& grant, source& from,
    part_plan const& plan, upload_options const& options, steady_time until, toll& costs, bandwidth_limit* limit)
{
    order const what{grant, from, plan, options, env.clock->steady_now(), until, limit};
    if (env.turns && plan.parts == 0)
        return transfer_by_turns(env, what, costs);
    return transfer_now(env, what, turnstile::pass(), costs);
}

}  // namespace sluice::upload
