#include "client/client_impl.hpp"

#include "base/percent.hpp"
#include "client/blocking_pool.hpp"
#include "upload/time_limited.hpp"
#include "upload/uncancelled.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice
{

namespace
{

// Enough to find what a bad hour left; all are counted.
constexpr std::size_t orphans_told = 32;

net::pool_config pool_config_of(client_config const& c)
{
    net::pool_config p;
    p.limits = c.limits;
    p.pool = c.pool;
    p.ca_file = c.ca_file;
    p.verify_peer = c.verify_peer;
    p.resolve_overrides = c.resolve_overrides;
    return p;
}

client_config with_defaults(client_config c)
{
    if (!c.clock)
        c.clock = system_clock();
    if (!c.random)
        c.random = system_random();
    return c;
}

// The one default that may not be had: without a thread no call can work, and each says why.
result<void> ensure_blocking(client_config& c, asio::any_io_executor const& ex)
{
    if (c.blocking)
        return {};
    auto pool = blocking_pool_of(ex);
    if (!pool)
        return std::move(pool).error();
    c.blocking = *std::move(pool);
    return {};
}

result<void> prepare(client_config& c, asio::any_io_executor const& ex)
{
    auto const valid = check_config(c);
    return valid ? ensure_blocking(c, ex) : valid;
}

std::string user_agent_of(client_config const& c)
{
    std::string text = "sluice/" SLUICE_VERSION;
    if (!c.user_agent.empty())
        text += ' ' + c.user_agent;
    return text;
}

// Objects that are sent or wait for it, for each bucket: no connection may lack one.
unsigned objects_at_once(client_config const& c)
{
    constexpr unsigned few = 64;
    return std::max(few, 2 * c.pool.connections);
}

upload::environment environment_of(
    client_config const& c, net::transport& via, net::restraints common, asio::any_io_executor const& strand)
{
    return {
        .transport = via,
        .clock = c.clock,
        .time = std::make_shared<service_clock>(*c.clock),
        .random = c.random,
        .blocking = c.blocking,
        .retry = c.retry,
        .restraints = std::move(common),
        .oss = {.signature = c.signature, .user_agent = user_agent_of(c)},
        .oss_endpoint = c.oss_endpoint,
        .oss_region = c.oss_region,
        .memory = upload::memory_budget::make(strand, c.clock, c.memory_limit),
        .bandwidth = std::make_shared<upload::bandwidth_limit>(c.bandwidth),
        .turns = upload::turnstile::make(strand, c.clock, objects_at_once(c)),
    };
}

template <class T>
asio::awaitable<result<T>> refused(error why)
{
    co_return why;
}

// What names a stream: all that CreateUploadStream is told, but for what the callback only hands back.
std::string name_of(stream_request const& r)
{
    std::string name = "stream";
    auto const add = [&name](char const* key, std::optional<std::string> const& value) {
        if (value)
            name += std::string(" ") + key + '=' + uri_encode(*value, slash::escape);
    };
    add("MediaId", r.media_id);
    add("Definition", r.definition);
    add("HDRType", r.hdr_type);
    add("FileExtension", r.file_extension);
    return name;
}

// A strand over one of Asio's own contexts fits into an any_io_executor; over any other it needs memory for each copy,
// of which every asynchronous operation makes several.
asio::any_io_executor make_strand_on(asio::any_io_executor const& ex)
{
    if (auto const* context = ex.target<asio::io_context::executor_type>())
        return asio::make_strand(*context);
    if (auto const* pool = ex.target<asio::thread_pool::executor_type>())
        return asio::make_strand(*pool);
    return asio::make_strand(ex);
}

}  // namespace

client::impl::impl(asio::any_io_executor ex, client_config config)
    : executor_(std::move(ex)),
      strand_(make_strand_on(executor_)),
      config_(with_defaults(std::move(config))),
      config_valid_(prepare(config_, executor_)),  // may set config_.blocking
      ims_where_(ims_endpoint_of(config_)),
      account_(config_.credentials),
      restraints_{.budget = std::make_shared<net::retry_budget>(config_.retry.budget),
          .paces = std::make_shared<net::slow_down>()},
      pool_(std::make_unique<net::pool>(strand_, config_.clock, config_.blocking, pool_config_of(config_))),
      ims_caller_(std::make_unique<net::caller>(*pool_, config_.clock, config_.random, config_.retry, restraints_)),
      uploads_(environment_of(config_, *pool_, restraints_, strand_))
{
    if (ims_where_)
        ims_ = std::make_unique<ims::service>(*ims_caller_, account_, *config_.clock, *uploads_.time, *config_.random,
            ims::service::settings{.where = *ims_where_, .user_agent = config_.user_agent});
}

// A closed client has let go of its pool on the strand. Where it could not, the execution context is being destroyed.
client::impl::~impl()
{
    if (pool_)
        pool_->abandon();
}

asio::awaitable<result<receipt>> client::impl::upload_stream(
    stream_request const& request, source& from, upload_call const& how)
{
    auto const begun = config_.clock->steady_now();
    auto until = deadline(how.options.deadline);
    steered_upload const steered(how);
    // Everything that can be refused without the network is, before it is used.
    if (auto ready = ready_for_ims(); !ready)
        co_return upload::told_by(from, ready.error());
    if (auto valid = ims::validate(request); !valid)
        co_return upload::told_by(from, valid.error());
    auto const plan = upload::open_and_plan(from, how.options);
    if (!plan)
        co_return plan.error();
    upload::checkpoint_keeper remembered(uploads_, how.options, how.checkpoint, until);
    auto const stream = name_of(request);
    if (auto loaded = co_await remembered.load_of_stream(from, stream); !loaded)
        co_return upload::told_by(from, loaded.error());

    if (auto const old = remembered.abandon())
    {
        co_await take_away(*old);
        co_await remembered.remove();
        until = deadline(how.options.deadline);  // what others left is not this upload's delay
    }

    upload_grant const none;
    upload::order const what{none, from, *plan, how.options, begun, until, how.steering.get(),
        remembered.is_on() ? &remembered : nullptr, true};
    auto const kept = remembered.kept_grant();
    upload::toll costs;
    result<receipt> done = error{};
    if (kept)
        done = co_await transfer(what.with(*kept, begun), costs);
    // A kept grant that was of no use any more is no reason to fail, for nobody handed it in, and there are new ones.
    bool const is_kept_over = kept && !done && done.error().code == errc::grant_expired && !remembered.is_grant_good();
    if (!kept || is_kept_over)
        done = co_await upload_under_new_grant(request, what, costs);
    if (!done && done.error().code == errc::grant_expired && how.options.on_expiry == expiry_policy::restart)
    {
        upload::events(how.options.on_event)
            .tell(upload_event_kind::restarted, "the grant has ended, so the upload begins anew under another");
        done = co_await upload_under_new_grant(request, what, costs);
    }
    if (done)
        done->elapsed = config_.clock->steady_now() - begun;
    co_return done;
}

// The upload of a checkpoint, under the grant in it.
asio::awaitable<void> client::impl::take_away(upload::checkpoint const& old)
{
    open_upload which;
    which.object_key = old.object_key;
    which.upload_id = old.upload_id;
    upload_grant const access = old.grant.value_or(upload_grant());
    auto const until = config_.clock->steady_now() + uploads_.abort_limit;
    auto aborting = upload::time_limited(abort_upload(access, which), *config_.clock, until);
    auto const gone = co_await upload::uncancelled(std::move(aborting));
    if (gone && *gone)
        co_return;
    upload::toll left;
    left.orphans.push_back({.bucket = old.bucket, .object_key = old.object_key, .upload_id = old.upload_id});
    note_costs(left);
}

asio::awaitable<result<receipt>> client::impl::upload_under_new_grant(
    stream_request const& request, upload::order what, upload::toll& costs)
{
    auto const failed_before = costs.failed.count();
    auto const grant = co_await ims_->create_upload_stream(request, what.until, &costs.failed);
    if (!grant)
        co_return upload::told_by(what.from, grant.error());
    auto const ims_retries = static_cast<unsigned>(costs.failed.count() - failed_before);  // it went well in the end
    auto done = co_await transfer(what.with(*grant, config_.clock->steady_now()), costs);
    if (done)
        done->retries += ims_retries;
    co_return done;
}

asio::awaitable<result<receipt>> client::impl::upload(upload_grant const& grant, source& from, upload_call const& how)
{
    auto const begun = config_.clock->steady_now();
    auto const until = deadline(how.options.deadline);
    steered_upload const steered(how);
    if (!config_valid_)
        co_return upload::told_by(from, config_valid_.error());
    auto const plan = upload::open_and_plan(from, how.options);
    if (!plan)
        co_return plan.error();
    upload::checkpoint_keeper remembered(uploads_, how.options, how.checkpoint, until);
    auto const object = "oss://" + grant.bucket + '/' + grant.object_key;
    if (auto loaded = co_await remembered.load(from, object); !loaded)
        co_return upload::told_by(from, loaded.error());

    upload::order const what{grant, from, *plan, how.options, begun, until, how.steering.get(),
        remembered.is_on() ? &remembered : nullptr, false};
    upload::toll costs;
    auto done = co_await transfer(what, costs);
    if (done)
        done->elapsed = config_.clock->steady_now() - begun;
    co_return done;
}

asio::awaitable<result<upload_grant>> client::impl::create_upload_stream(stream_request const& request)
{
    if (auto ready = ready_for_ims(); !ready)
        return refused<upload_grant>(ready.error());
    return ims_->create_upload_stream(request, deadline(std::chrono::milliseconds(0)));
}

asio::awaitable<result<upload_grant>> client::impl::refresh_upload_media(std::string const& media_id)
{
    if (auto ready = ready_for_ims(); !ready)
        return refused<upload_grant>(ready.error());
    return ims_->refresh_upload_media(media_id, deadline(std::chrono::milliseconds(0)));
}

asio::awaitable<result<api_response>> client::impl::call(std::string const& operation, api_parameters const& parameters)
{
    if (auto ready = ready_for_ims(); !ready)
        return refused<api_response>(ready.error());
    return ims_->call(operation, parameters, false, deadline(std::chrono::milliseconds(0)));
}

asio::awaitable<result<receipt>> client::impl::transfer(upload::order what, upload::toll& costs)
{
    costs.retries = 0;
    costs.orphans.clear();
    auto done = co_await upload::transfer(uploads_, what, costs);
    note_costs(costs);
    co_return done;
}

void client::impl::note_costs(upload::toll const& costs)
{
    upload_retries_ += costs.retries;
    orphaned_uploads_ += costs.orphans.size();
    orphans_.insert(orphans_.end(), costs.orphans.begin(), costs.orphans.end());
    while (orphans_.size() > orphans_told)
        orphans_.pop_front();
}

result<void> client::impl::ready_for_ims() const
{
    if (!config_valid_)
        return config_valid_;
    if (!ims_where_)
        return ims_where_.error();
    return check_account(config_.credentials);
}

steady_time client::impl::deadline(std::chrono::milliseconds own) const
{
    auto const budget = own.count() > 0 ? own : config_.limits.deadline;
    auto const now = config_.clock->steady_now();
    if (budget.count() == 0 || budget > std::chrono::floor<std::chrono::milliseconds>(steady_time::max() - now))
        return steady_time::max();
    return now + budget;
}

void client::impl::close()
{
    asio::post(strand_, [self = shared_from_this()] {
        self->closed_ = true;
        self->stop_all();
        self->ended();
    });
}

void client::impl::stop_all()
{
    std::vector<std::shared_ptr<running_operation>> all;  // a stopped operation may leave the list at once
    for (auto& op : running_)
        all.push_back(op.shared_from_this());
    for (auto const& op : all)
        op->stop();
}

// After an operation, and after close(): the pool goes with the last operation, on the strand where it belongs.
void client::impl::ended()
{
    note_stats();
    if (!closed_ || !running_.empty())
        return;
    ims_.reset();
    ims_caller_.reset();
    pool_.reset();
}

void client::impl::note_stats()
{
    if (!pool_)
        return;
    auto const pool = pool_->stats();
    client_stats now;
    now.connections_opened = pool.connections_opened;
    now.connections_reused = pool.connections_reused;
    now.sessions_resumed = pool.sessions_resumed;
    now.requests = pool.requests;
    now.retries = upload_retries_ + ims_caller_->retries();
    now.bytes_sent = pool.bytes_sent;
    now.orphaned_uploads = orphaned_uploads_;
    now.orphans.assign(orphans_.begin(), orphans_.end());
    now.memory_in_use = uploads_.memory->in_use();
    now.connections_open = pool.connections_open;
    now.requests_waiting = pool.requests_waiting;
    board_.write(now);
}

// What was last noted: at the latest when a call began or ended. The pool's own figures live on the strand, so asking
// for them here would wait for it; but the next who asks will find them fresh.
client_stats client::impl::stats()
{
    asio::post(strand_, [weak = weak_from_this()] {
        if (auto const self = weak.lock())
            self->note_stats();
    });
    return board_.read();
}

}  // namespace sluice
