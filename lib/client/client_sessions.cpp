#include "client/client_start.hpp"
#include "upload/destination.hpp"
#include "upload/server_upload.hpp"
#include "upload/shared_upload.hpp"
#include "upload/uncancelled.hpp"

#include "base/utc_time.hpp"

// Uploads that several processes share, and those that nobody ended.
namespace sluice
{

namespace
{

error does_not_fit(std::string text)
{
    error e(errc::invalid_argument, std::move(text));
    e.attempts = 0;
    return e;
}

result<part_range> range_within(part_range asked, unsigned parts)
{
    if (asked.last == 0)
        asked.last = parts;
    if (asked.first == 0 || asked.first > asked.last || asked.last > parts)
        return does_not_fit("parts " + std::to_string(asked.first) + " to " + std::to_string(asked.last) +
                            " are no range of a session of " + std::to_string(parts) + " parts");
    return asked;
}

// The cut of a session that fits.
result<upload::part_plan> plan_of(upload_session const& s, upload_grant const& grant, std::uint64_t source_size)
{
    if (s.bucket != grant.bucket || s.object_key != grant.object_key)
        return does_not_fit("the session is of oss://" + s.bucket + '/' + s.object_key + ", and the grant of oss://" +
                            grant.bucket + '/' + grant.object_key);
    if (s.size != source_size)
        return does_not_fit("the session is of " + std::to_string(s.size) + " bytes, and the source has " +
                            std::to_string(source_size));
    auto const plan = upload::plan_of_cut(s.size, s.part_size);
    if (!plan)
        return does_not_fit("the session has parts of " + std::to_string(s.part_size) +
                            " bytes, in which OSS takes no object of " + std::to_string(s.size));
    return *plan;
}

// Asks about uploads that no upload of this client is.
struct inquiry
{
    inquiry(upload::environment const& env, credentials const& whose)
        : who(whose),
          caller(env.transport, env.clock, env.random, env.retry, env.restraints),
          service(caller, who, *env.clock, *env.time, env.oss)
    {}

    fixed_credentials who;
    net::caller caller;
    oss::service service;
};

}  // namespace

asio::awaitable<result<upload_session>> client::impl::begin_session(
    upload_grant const& grant, std::uint64_t size, upload_options const& options)
{
    if (!config_valid_)
        co_return config_valid_.error();
    if (size == 0)
        co_return does_not_fit("a session needs at least one byte");
    auto parts_only = options;
    parts_only.multipart_threshold = 0;
    auto const plan = upload::plan_parts(size, parts_only);
    if (!plan)
        co_return plan.error();
    if (auto usable = upload::check_credentials(grant.credentials); !usable)
        co_return usable.error();
    auto const at = upload::locate(uploads_, grant);
    if (!at)
        co_return at.error();

    memory_source nothing{asio::const_buffer()};
    upload::order const what{grant, nothing, *plan, options, config_.clock->steady_now(), deadline(options.deadline),
        nullptr, nullptr, false};
    upload::toll costs;
    upload::workshop w(uploads_, what, *at, strand_, costs);
    upload::server_upload there(w);
    auto begun = co_await there.initiate();
    if (begun)
        begun = co_await w.gate.look();  // the answer was waited for although somebody cancelled
    result<upload::delivery> done = upload::delivery();
    if (!begun)
        done = begun.error();
    if (there.needs_end(done))
    {
        auto const never = [](error const&) { return false; };
        done = co_await upload::uncancelled(there.end(std::move(done), never));
        costs.orphans = there.orphans();
    }
    costs.retries = static_cast<unsigned>(w.caller.retries());
    note_costs(costs);
    if (!done)
        co_return done.error();
    upload_session s;
    s.endpoint = grant.endpoint;
    s.bucket = grant.bucket;
    s.object_key = grant.object_key;
    s.upload_id = there.id();
    s.size = size;
    s.part_size = plan->part_size;
    co_return s;
}

asio::awaitable<result<session_share>> client::impl::upload_share(
    upload_session const& session, upload_grant const& grant, source& from, part_range range, upload_call const& how)
{
    auto const begun = config_.clock->steady_now();
    steered_upload const steered(how);
    if (!config_valid_)
        co_return upload::told_by(from, config_valid_.error());
    auto const opened = upload::open_and_plan(from, how.options);
    if (!opened)
        co_return opened.error();
    auto const plan = plan_of(session, grant, opened->size);
    if (!plan)
        co_return upload::told_by(from, plan.error());
    auto const within = range_within(range, plan->parts);
    if (!within)
        co_return upload::told_by(from, within.error());
    if (auto usable = upload::check_credentials(grant.credentials); !usable)
        co_return upload::told_by(from, usable.error());
    auto const at = upload::locate(uploads_, grant);
    if (!at)
        co_return upload::told_by(from, at.error());

    upload::order const what{
        grant, from, *plan, how.options, begun, deadline(how.options.deadline), how.steering.get(), nullptr, false};
    upload::toll costs;
    upload::workshop w(uploads_, what, *at, strand_, costs);
    upload::shared_upload mine(w, session.upload_id, *within);
    auto done = co_await mine.run();
    costs.retries = static_cast<unsigned>(w.caller.retries()) + mine.repeats();
    costs.orphans = mine.orphans();
    note_costs(costs);
    if (!done)
    {
        auto e = upload::as_told(w, std::move(done).error());
        e.history = costs.failed.last(net::attempt_log::in_error);
        co_return upload::told_by(from, std::move(e));
    }
    session_share told;
    told.parts_sent = done->parts_sent;
    told.parts_found = done->parts_found;
    told.parts_missing = done->parts_missing;
    if (auto const& object = done->done; object)
    {
        auto r = upload::receipt_of(w.grant.grant(), *at, plan->size, plan->parts, *object);
        r.retries = costs.retries;
        r.history = costs.failed.last(net::attempt_log::in_receipt);
        r.elapsed = config_.clock->steady_now() - begun;
        told.done = std::move(r);
    }
    co_return told;
}

result<oss::object_location> client::impl::place_of(upload_grant access, std::string key) const
{
    if (!config_valid_)
        return config_valid_.error();
    if (auto usable = upload::check_credentials(access.credentials); !usable)
        return usable.error();
    access.object_key = std::move(key);
    return upload::locate(uploads_, access);
}

asio::awaitable<result<std::vector<open_upload>>> client::impl::list_open_uploads(
    upload_grant const& access, std::string const& prefix)
{
    auto const bucket = place_of(access, "any");
    if (!bucket)
        co_return bucket.error();
    inquiry asked(uploads_, access.credentials);
    auto const until = deadline(std::chrono::milliseconds(0));
    auto const listed = co_await asked.service.list_multipart_uploads(*bucket, prefix, until);
    if (!listed)
        co_return listed.error();
    std::vector<open_upload> all;
    all.reserve(listed->size());
    for (auto const& one : *listed)
    {
        auto& told = all.emplace_back();
        told.object_key = one.key;
        told.upload_id = one.upload_id;
        told.initiated = parse_iso8601(one.initiated);
        if (told.initiated)
            told.age = one.listed.value_or(uploads_.time->now()) - *told.initiated;
    }
    co_return all;
}

asio::awaitable<result<void>> client::impl::abort_upload(upload_grant const& access, open_upload const& which)
{
    auto const at = place_of(access, which.object_key);
    if (!at)
        co_return at.error();
    inquiry asked(uploads_, access.credentials);
    auto const until = deadline(std::chrono::milliseconds(0));
    auto const gone = co_await asked.service.abort_multipart_upload(*at, which.upload_id, until);
    if (!gone)
        co_return gone.error();
    co_return result<void>();
}

void client::start_begin_session(asio::any_completion_handler<void(result<upload_session>)> handler,
    std::shared_ptr<impl> const& self, upload_grant grant, std::uint64_t size, upload_options options)
{
    self->start(std::move(handler),
        [grant = std::move(grant), size, options](impl& c) { return c.begin_session(grant, size, options); });
}

void client::start_upload_share(asio::any_completion_handler<void(result<session_share>)> handler,
    std::shared_ptr<impl> const& self, upload_session session, upload_grant grant, source* src, part_range range,
    upload_options options)
{
    upload_call how(options, steering_of(options));
    auto const steering = how.steering;
    self->start(
        std::move(handler),
        [session = std::move(session), grant = std::move(grant), src, range, how = std::move(how)](
            impl& c) { return c.upload_share(session, grant, *src, range, how); },
        steering);
}

void client::start_list_open_uploads(asio::any_completion_handler<void(result<std::vector<open_upload>>)> handler,
    std::shared_ptr<impl> const& self, upload_grant access, std::string prefix)
{
    self->start(std::move(handler), [access = std::move(access), prefix = std::move(prefix)](
                                        impl& c) { return c.list_open_uploads(access, prefix); });
}

void client::start_abort_upload(asio::any_completion_handler<void(result<void>)> handler,
    std::shared_ptr<impl> const& self, upload_grant access, open_upload which)
{
    self->start(std::move(handler),
        [access = std::move(access), which = std::move(which)](impl& c) { return c.abort_upload(access, which); });
}

}  // namespace sluice
