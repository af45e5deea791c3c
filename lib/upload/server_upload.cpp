#include "upload/server_upload.hpp"

#include "oss/redact.hpp"
#include "upload/outlive_cancellation.hpp"

#include <boost/asio/error.hpp>

#include <utility>

namespace sluice::upload
{

namespace
{

char const* const look_first =
    "Complete was sent, and nobody knows what came of it: the object may exist. Look at it before uploading anew";

// It goes into checkpoints and messages, where no secret may be.
result<void> check_id(std::string& id, credentials const& secrets)
{
    auto masked = id;
    oss::redact(masked, secrets);
    if (masked == id)
        return {};
    id.clear();
    return error(errc::malformed_response, "the upload id that the server gave holds a secret of the request");
}

}  // namespace

bool lacks_parts(error const& refusal)
{
    return refusal.service_code == "InvalidPart" || refusal.service_code == "FilePartNotExist";
}

result<delivery> outcome_of(error why, delivery const& there)
{
    if (why.code != asio::error::operation_aborted)
        return there;
    why.message =
        "cancelled when the object had been completed: it is stored, and its size and CRC-64 are those of the "
        "source";
    why.recommendation = "Delete the object if it is not wanted";
    why.request_id = there.request_id;
    return why;
}

asio::awaitable<result<void>> server_upload::initiate()
{
    begun_.from = with_.env.clock->now();
    auto const begin_one = [this] {
        auto call = with_.oss.initiate_multipart_upload(with_.at, with_.gate.until(), &begun_.unanswered);
        return outlive_cancellation(std::move(call), *with_.env.clock, with_.env.initiate_grace);
    };
    auto id = co_await with_.gate.step(begin_one);
    begun_.to = with_.env.clock->now();
    if (!id)
        co_return id.error();
    id_ = *std::move(id);
    auto checked = check_id(id_, with_.grant.grant().credentials);
    if (!checked)
        ++begun_.unanswered;  // to be looked for
    co_return checked;
}

asio::awaitable<result<delivery>> server_upload::complete(
    std::span<oss::part_ref const> parts, oss::expected_object const& expected)
{
    expected_ = expected;
    unsigned unanswered = 0;
    auto const send = [&] {
        completed_ = completion::refused;
        return with_.oss.complete_multipart_upload(with_.at, id_, parts, with_.gate.until(), expected_, &unanswered);
    };
    auto const answer = co_await with_.gate.step(send);
    if (!answer)
    {
        if (unanswered != 0)
            completed_ = completion::open;
        co_return answer.error();
    }
    completed_ = completion::done;
    may_be_open_ = answer->upload_may_be_open;
    storing const what{"CompleteMultipartUpload", with_.at};
    auto proven = co_await prove(with_.oss, with_.gate, what, *answer, expected_);
    has_stored_another_ = !proven && proven.error().code == errc::checksum_mismatch;
    co_return proven;
}

asio::awaitable<result<delivery>> server_upload::end(
    result<delivery> done, std::function<bool(error const&)> const& keeps)
{
    // Only now: a part still on the wire would be stored after an earlier abort, and billed for ever.
    clean_up after(with_.env, with_.oss, with_.at, with_.grant);
    if (!done && !id_.empty())
        done = co_await end_failed(done.error(), after, keeps);
    else if (may_be_open_)
        co_await take_away(after);
    if (begun_.unanswered != 0)
        co_await end_lost(done, after);
    co_return done;
}

// Takes the upload away or leaves it for a resume, or finds out that it was completed after all.
asio::awaitable<result<delivery>> server_upload::end_failed(
    error why, clean_up& after, std::function<bool(error const&)> const& keeps)
{
    bool const was_stopped = why.code == asio::error::operation_aborted || why.code == errc::deadline_exceeded ||
                             why.code == errc::grant_expired;
    if (completed_ == completion::done && !was_stopped)
        co_return why;  // stored, and why it is no good
    if (completed_ == completion::done || completed_ == completion::open)
        if (auto const there = co_await look(after); there)
            co_return co_await end_stored(std::move(why), *there, after);
    if (completed_ == completion::done)
        co_return why;
    if (keeps(why))
        co_return kept(std::move(why));

    auto const gone = co_await take_away(after);
    if (!gone)
        why.upload_id = id_;
    else if (*gone == oss::abort_outcome::aborted)
        co_return why;  // so it had not been completed
    else if (completed_ != completion::not_tried)
        if (auto const there = co_await look(after); there)
            co_return outcome_of(std::move(why), *there);
    if (completed_ == completion::open)
        why.recommendation = look_first;
    co_return why;
}

// The object that is there may be an older one with the same content, so the upload may be there, too.
asio::awaitable<result<delivery>> server_upload::end_stored(error why, delivery const& there, clean_up& after)
{
    if (completed_ == completion::done && !may_be_open_)
        co_return outcome_of(std::move(why), there);
    auto const gone = co_await take_away(after);
    if (!gone)
        why.upload_id = id_;
    bool const is_older = gone == oss::abort_outcome::aborted;
    if (is_older && why.code == asio::error::operation_aborted)
        co_return why;  // nothing of this upload is stored
    co_return outcome_of(std::move(why), there);
}

// None, and counted: it may be left.
asio::awaitable<std::optional<oss::abort_outcome>> server_upload::take_away(clean_up& after)
{
    auto const gone = co_await after.abort(id_, with_.oss.unanswered_parts() != 0);
    if (!gone)
        orphans_.push_back({.bucket = with_.at.bucket, .object_key = with_.at.key, .upload_id = id_});
    co_return gone;
}

asio::awaitable<std::optional<delivery>> server_upload::look(clean_up& after)
{
    auto there = co_await after.look(expected_);
    was_found_ = there.has_value();
    co_return there;
}

error server_upload::kept(error why)
{
    is_kept_ = true;
    why.upload_id = id_;
    why.message = why.reason() + "; what was uploaded is kept on the server, to be resumed";
    if (completed_ == completion::open)
        why.recommendation = look_first;
    return why;
}

// An Initiate whose answer was lost leaves an upload without parts behind. It is looked for where the key is ours
// alone, with what patience there is: it holds no bytes, so nobody is billed for it.
asio::awaitable<void> server_upload::end_lost(result<delivery>& done, clean_up& after)
{
    bool none_left = false;
    bool const key_is_ours = !with_.grant.grant().credentials.security_token.empty();  // a grant's, bound to the object
    if (key_is_ours)
        none_left = co_await after.abort_lost(begun_, id_);
    if (none_left)
        co_return;
    orphans_.push_back({.bucket = with_.at.bucket, .object_key = with_.at.key, .upload_id = {}});
    if (done)
        co_return;
    auto e = done.error();
    e.message = e.reason() +
                "; an answer to InitiateMultipartUpload was lost, so an upload without parts may be left at " +
                with_.at.url();
    done = std::move(e);
}

}  // namespace sluice::upload
