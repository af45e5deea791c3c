#include "upload/transfer.hpp"

#include "oss/redact.hpp"
#include "upload/destination.hpp"
#include "upload/multipart.hpp"
#include "upload/put.hpp"
#include "upload/source_guard.hpp"
#include "upload/uncancelled.hpp"
#include "upload/workshop.hpp"

#include <boost/asio/error.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace sluice::upload
{

error told_by(source const& from, error e)
{
    return told_by(from.name(), std::move(e));
}

error told_by(std::string const& name, error e)
{
    if (e.operation.empty())
        e.operation = "upload";
    if (e.resource.empty())
        e.resource = name;
    else if (e.resource != name)
        e.resource = name + " (" + e.resource + ")";
    return e;
}

error beside_another(error e, error const& another)
{
    e.message = e.reason() +
                "; before that the service had stored an object that is not what was sent, and nothing is known to "
                "have replaced it: " +
                another.message;
    std::string advice = "Don't use the object that is stored there, and upload again";
    e.recommendation = e.recommendation.empty() ? std::move(advice) : advice + ". " + e.recommendation;
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

// An upload that nothing can be made of any more: the source was changed since, or is small enough now to go as one
// put.
asio::awaitable<result<delivery>> take_away(workshop& w, std::string upload_id, toll& costs)
{
    clean_up after(w.env, w.oss, w.at, w.grant);
    auto const gone = co_await after.abort(upload_id);
    if (!gone)
        costs.orphans.push_back({.bucket = w.at.bucket, .object_key = w.at.key, .upload_id = std::move(upload_id)});
    co_return delivery();
}

// What an earlier attempt left that is of use. What is of none is taken away.
asio::awaitable<std::optional<resume_point>> pick_up(workshop& w, toll& costs)
{
    auto& remembered = *w.asked.remembered;
    bool const as_put = w.asked.plan.parts == 0;
    auto left = remembered.left_off(w.asked.grant, w.asked.plan.size);
    if (auto orphan = remembered.left_behind())
        costs.orphans.push_back(*std::move(orphan));
    if (left && left->is_same_source && !as_put)
        co_return left;
    if (left)
        co_await uncancelled(take_away(w, left->upload_id, costs));
    if (left || (as_put && remembered.is_there()))
        co_await remembered.remove();
    co_return std::nullopt;
}

// Filled in place by those who send: there are thousands of these coroutines, and each copy would be in a frame.
struct sent_object
{
    result<delivery> done = delivery();
    unsigned parts = 0;
    bool is_another = false;                    // the service completed it, and calls it another than was sent
    bool was_found = false;                     // it was found to be stored as it was sent, whatever the error says
    std::unique_ptr<error const> another = {};  // what was stored before that is not what was sent
};

asio::awaitable<void> send_in_parts(workshop& w, std::optional<resume_point> left_off, sent_object& sent, toll& costs)
{
    sent.parts = left_off ? left_off->plan.parts : w.asked.plan.parts;
    multipart parts(w, std::move(left_off));
    sent.done = co_await parts.run();
    sent.is_another = parts.has_stored_another();
    sent.was_found = parts.was_found();
    costs.retries += parts.repeats();
    costs.orphans.insert(costs.orphans.end(), parts.orphans().begin(), parts.orphans().end());
}

// All of it again, when the service has stored something else: what is there is no good, and is replaced.
asio::awaitable<void> send_in_parts_anew(workshop& w, sent_object& sent, toll& costs)
{
    auto first = std::make_unique<error const>(std::move(sent.done).error());
    w.told.tell(upload_event_kind::sent_again, first->message);
    w.failed.add("CompleteMultipartUpload", first->message);
    ++costs.retries;
    co_await send_in_parts(w, std::nullopt, sent, costs);
    if (!sent.is_another && !sent.was_found)
        sent.another = std::move(first);
}

asio::awaitable<void> send_in_parts_surely(workshop& w, sent_object& sent, toll& costs)
{
    std::optional<resume_point> left_off;
    if (w.asked.remembered != nullptr)
        left_off = co_await pick_up(w, costs);
    co_await send_in_parts(w, std::move(left_off), sent, costs);
    if (sent.is_another)
        co_await send_in_parts_anew(w, sent, costs);
}

asio::awaitable<void> send_as_put(workshop& w, turnstile::pass& turn, sent_object& sent, toll& costs)
{
    if (w.asked.remembered != nullptr)
        co_await pick_up(w, costs);
    auto const out_of_reach = [&turn] { turn.throw_open(); };
    w.caller.when_pausing(out_of_reach);
    put single(w, turn);
    sent.done = co_await single.run();
    if (auto another = single.hidden_by(sent.done))
        sent.another = std::make_unique<error const>(*std::move(another));
    costs.retries += single.repeats();
}

// A temporary credential that is refused is one that has ended, whichever of its codes the service has for that. A key
// that lasts is a wrong one, and stays the service's error.
error grant_refused(error e)
{
    e.code = errc::grant_expired;
    e.recommendation = "The service does not take the grant's credential any more: ask for a new grant and upload "
                       "again, on a faster line or with more parts in flight if the file is large, or give a refresher "
                       "where the service can renew the grant";
    return e;
}

}  // namespace

error as_told(workshop const& w, error e)
{
    auto told = w.gate.told(std::move(e));
    auto const& signed_with = w.grant.grant().credentials;
    oss::redact(told.request_id, signed_with);
    bool const is_temporary = !signed_with.security_token.empty();
    return is_temporary && refuses_credential(told) ? grant_refused(std::move(told)) : told;
}

namespace
{

error told(order const& o, error e, toll const& costs)
{
    e.history = costs.failed.last(net::attempt_log::in_error);
    return told_by(o.from, std::move(e));
}

// How it went, as the caller is to hear it.
result<receipt> told(workshop& w, sent_object&& sent, toll& costs)
{
    costs.retries += static_cast<unsigned>(w.caller.retries());
    if (!sent.done)
    {
        auto e = told(w.asked, as_told(w, std::move(sent.done).error()), costs);
        return sent.another ? beside_another(std::move(e), *sent.another) : e;
    }
    auto r = receipt_of(w.grant.grant(), w.at, w.asked.plan.size, sent.parts, *std::move(sent.done));
    r.retries = costs.retries;
    r.history = costs.failed.last(net::attempt_log::in_receipt);
    return r;
}

// Sends to where one grant leads. `elsewhere`: the refresher gave a grant for another object, so nothing came of it.
asio::awaitable<result<receipt>> transfer_now(
    environment const& env, order o, turnstile::pass turn, toll& costs, std::optional<upload_grant>& elsewhere)
{
    if (auto usable = check_credentials(o.grant.credentials); !usable)
        co_return told(o, usable.error(), costs);
    auto const at = locate(env, o.grant);
    if (!at)
        co_return told(o, at.error(), costs);

    workshop w(env, o, *at, co_await asio::this_coro::executor, costs);
    if (auto alive = w.grant.life().check(); !alive)
        co_return told(o, std::move(alive).error(), costs);
    sent_object sent;
    if (o.plan.parts != 0)
        co_await send_in_parts_surely(w, sent, costs);
    else
        co_await send_as_put(w, turn, sent, costs);
    elsewhere = w.grant.elsewhere();
    co_return told(w, std::move(sent), costs);
}

// The upload begins anew where the new grant leads, once.
asio::awaitable<result<receipt>> transfer_elsewhere(environment const& env, order o, upload_grant other, toll& costs)
{
    events(o.options.on_event)
        .tell(upload_event_kind::restarted, "the new grant is for another object, so the upload begins anew");
    std::optional<upload_grant> nowhere;
    co_return co_await transfer_now(env, o.with(other, env.clock->steady_now()), turnstile::pass(), costs, nowhere);
}

asio::awaitable<result<receipt>> transfer_anywhere(environment const& env, order o, turnstile::pass turn, toll& costs)
{
    std::optional<upload_grant> elsewhere;
    auto done = co_await transfer_now(env, o, std::move(turn), costs, elsewhere);
    if (done || !elsewhere || done.error().code == asio::error::operation_aborted)
        co_return done;
    co_return co_await transfer_elsewhere(env, o, *std::move(elsewhere), costs);
}

// Thousands may wait here, so that it holds as little as can be.
asio::awaitable<result<receipt>> transfer_by_turns(environment const& env, order o, toll& costs)
{
    auto entered = co_await env.turns->enter(o.grant.bucket, o.until, o.options.priority);
    if (!entered)
        co_return told(o, std::move(entered).error(), costs);
    co_return co_await transfer_anywhere(env, o, *std::move(entered), costs);
}

}  // namespace

// Parts hold little while they wait, and take turns by themselves.
asio::awaitable<result<receipt>> transfer(environment const& env, order what, toll& costs)
{
    if (env.turns && what.plan.parts == 0)
        return transfer_by_turns(env, what, costs);
    return transfer_anywhere(env, what, turnstile::pass(), costs);
}

}  // namespace sluice::upload
