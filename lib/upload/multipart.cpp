#include "upload/multipart.hpp"

#include "base/crc64.hpp"
#include "upload/outlive_cancellation.hpp"
#include "upload/source_guard.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace sluice::upload
{

namespace
{

char const* const look_first =
    "Complete was sent, and nobody knows what came of it: the object may exist. Look at it before uploading anew";

// The work ended without an answer, and the object turned out to be stored and to be what was sent.
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

}  // namespace

multipart::multipart(tools const& with, part_plan const& plan, unsigned parts_in_flight)
    : with_(with), plan_(plan), parts_in_flight_(parts_in_flight), stored_(plan.parts), crcs_(plan.parts)
{}

asio::awaitable<result<delivery>> multipart::run()
{
    auto begun = co_await initiate();
    result<delivery> done = delivery();
    if (begun)
    {
        upload_id_ = std::move(*begun);
        done = co_await fill();  // every part has ended when this returns
    }
    else
        done = begun.error();
    if (done && begun_.unanswered == 0)
        co_return done;

    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    clean_up after(with_.env, with_.oss, with_.at);
    // Only now: a part still on the wire would be stored after an earlier abort, and billed for ever.
    if (!done && begun)
        done = co_await end_failed(done.error(), after);
    if (begun_.unanswered != 0)
        co_await end_lost(done, after);
    co_return done;
}

asio::awaitable<result<std::string>> multipart::initiate()
{
    if (auto open = co_await with_.gate.pass(); !open)
        co_return open.error();
    begun_.from = with_.env.clock->now();
    auto call = with_.oss.initiate_multipart_upload(with_.at, with_.gate.until(), &begun_.unanswered);
    auto id = co_await outlive_cancellation(std::move(call), *with_.env.clock, with_.env.initiate_grace);
    begun_.to = with_.env.clock->now();
    co_return id;
}

asio::awaitable<result<delivery>> multipart::fill()
{
    if (auto open = co_await with_.gate.pass(); !open)
        co_return open.error();
    if (auto sent = co_await send_parts(); !sent)
        co_return sent.error();
    if (auto same = guarded_verify(with_.from); !same)
        co_return same.error();
    co_return co_await complete();
}

asio::awaitable<result<void>> multipart::send_parts()
{
    crew senders(co_await asio::this_coro::executor);
    senders_ = &senders;
    offer_parts();
    co_return co_await senders.join();
}

// A part that was sent whole makes place for another: how many may wait for their answers is for the connections to
// say. Those of one upload that wait for their turn are few, so that other uploads get theirs; one with a limit of its
// own would only keep connections from them.
void multipart::offer_parts()
{
    auto const at_once = with_.bandwidth.is_upload_limited() ? 1 : parts_in_flight_;
    while (to_be_sent_ < at_once && next_part_ <= plan_.parts)
    {
        ++to_be_sent_;
        senders_->add(send_and_count(next_part_++));
    }
}

asio::awaitable<result<void>> multipart::send_and_count(unsigned number)
{
    part_body::range const range{.offset = plan_.offset_of(number), .size = plan_.size_of(number)};
    part_body body(with_.from, range, with_.env.blocking, *with_.env.memory, with_.meter, with_.bandwidth);
    bool counted = true;
    auto const sent = [this, &counted] {
        if (!std::exchange(counted, false))
            return;  // a repeat
        --to_be_sent_;
        offer_parts();
    };
    body.when_sent(sent);
    auto done = co_await send_part(body, number);
    if (done)
        sent();
    co_return done;
}

asio::awaitable<result<void>> multipart::send_part(part_body& body, unsigned number)
{
    for (unsigned attempt = 1;; ++attempt)
    {
        if (auto open = co_await with_.gate.pass(); !open)
            co_return open.error();
        auto answer = co_await with_.oss.upload_part(with_.at, upload_id_, number, body, with_.gate.until());
        if (!answer)
            co_return answer.error();
        auto const same = compare(*answer, body, storing{"UploadPart", with_.at, number});
        if (same)
        {
            stored_[number - 1] = oss::part_ref{.part_number = number, .etag = std::move(answer->etag)};
            crcs_[number - 1] = body.crc64();
            with_.meter.confirmed(body.size(), retries());
            co_return result<void>();
        }
        with_.failed.add("UploadPart", same.error().message);
        if (attempt >= with_.env.retry.attempts)
        {
            auto e = same.error();
            e.attempts = attempt;
            co_return e;
        }
        ++repeats_;
    }
}

asio::awaitable<result<delivery>> multipart::complete()
{
    if (auto open = co_await with_.gate.pass(); !open)
        co_return open.error();
    expected_ = {.size = plan_.size, .crc64 = combined_crc64()};
    unsigned unanswered = 0;
    completed_ = completion::refused;
    auto const answer = co_await with_.oss.complete_multipart_upload(
        with_.at, upload_id_, stored_, with_.gate.until(), expected_, &unanswered);
    if (!answer)
    {
        if (unanswered != 0)
            completed_ = completion::open;
        co_return answer.error();
    }
    completed_ = completion::done;
    storing const what{"CompleteMultipartUpload", with_.at};
    co_return co_await prove(with_.oss, with_.gate, what, *answer, expected_);
}

// Takes the upload away, or finds out that it was completed after all.
asio::awaitable<result<delivery>> multipart::end_failed(error why, clean_up& after)
{
    bool const was_stopped = why.code == asio::error::operation_aborted || why.code == errc::deadline_exceeded ||
                             why.code == errc::grant_expired;
    if (completed_ == completion::done && !was_stopped)
        co_return why;  // stored, and why it is no good
    if (completed_ == completion::done || completed_ == completion::open)
        if (auto const there = co_await after.look(expected_); there)
            co_return outcome_of(std::move(why), *there);
    if (completed_ == completion::done)
        co_return why;

    auto const gone = co_await after.abort(upload_id_);
    if (!gone)
    {
        ++orphaned_;
        why.upload_id = upload_id_;
    }
    else if (*gone == oss::abort_outcome::aborted)
        co_return why;  // so it had not been completed
    else if (completed_ != completion::not_tried)
        if (auto const there = co_await after.look(expected_); there)
            co_return outcome_of(std::move(why), *there);
    if (completed_ == completion::open)
        why.recommendation = look_first;
    co_return why;
}

// An Initiate whose answer was lost leaves an upload without parts behind. It is looked for where the key is ours
// alone, with what patience there is: it holds no bytes, so nobody is billed for it.
asio::awaitable<void> multipart::end_lost(result<delivery>& done, clean_up& after)
{
    bool none_left = false;
    if (with_.key_is_ours)
        none_left = co_await after.abort_lost(begun_, upload_id_);
    if (none_left)
        co_return;
    ++orphaned_;
    if (done)
        co_return;
    auto e = done.error();
    if (e.message.empty())
        e.message = e.code.message();
    e.message +=
        "; an answer to InitiateMultipartUpload was lost, so an upload without parts may be left at " + with_.at.url();
    done = std::move(e);
}

std::uint64_t multipart::combined_crc64() const noexcept
{
    std::uint64_t whole = 0;
    for (unsigned number = 1; number <= plan_.parts; ++number)
        whole = crc64_combine(whole, crcs_[number - 1], plan_.size_of(number));
    return whole;
}

unsigned multipart::retries() const noexcept
{
    return static_cast<unsigned>(with_.caller.retries()) + repeats_;
}

}  // namespace sluice::upload
