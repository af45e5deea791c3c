#include "upload/multipart.hpp"

#include "base/crc64.hpp"
#include "upload/join.hpp"
#include "upload/outlive_cancellation.hpp"
#include "upload/source_guard.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace sluice::upload
{

namespace
{

// The server may have done what was asked although the call failed.
bool outcome_unknown(error const& e) noexcept
{
    if (e.code == errc::invalid_argument)
        return false;
    return e.http_status == 0 || e.http_status >= 500 || e.code == errc::malformed_response;
}

error left_behind(error e, std::string const& upload_id)
{
    e.upload_id = upload_id;
    return e;
}

}  // namespace

multipart::multipart(tools const& with, part_plan const& plan, unsigned parts_in_flight)
    : with_(with), plan_(plan), parts_in_flight_(parts_in_flight), stored_(plan.parts), crcs_(plan.parts)
{}

asio::awaitable<result<delivery>> multipart::run()
{
    auto begun = co_await initiate();
    if (!begun)
    {
        if (lost_an_answer_)
            co_await abort_lost(cleaned_up_by());
        co_return begun.error();
    }
    upload_id_ = std::move(*begun);

    auto done = co_await fill();  // every part has ended when this returns
    auto const until = cleaned_up_by();
    // Only now: a part still on the wire would be stored after an earlier abort, and billed for ever.
    if (!done)
    {
        bool const gone = co_await abort(upload_id_, until);
        if (!gone)
            done = left_behind(done.error(), upload_id_);
    }
    if (lost_an_answer_)
        co_await abort_lost(until);
    co_return done;
}

asio::awaitable<result<std::string>> multipart::initiate()
{
    if (auto open = co_await with_.gate.pass(); !open)
        co_return open.error();
    auto const retries_before = with_.caller.retries();
    auto call = with_.oss.initiate_multipart_upload(with_.at, with_.gate.until());
    auto id = co_await outlive_cancellation(std::move(call), *with_.env.clock, with_.env.initiate_grace);
    lost_an_answer_ = with_.caller.retries() != retries_before || (!id && outcome_unknown(id.error()));
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
    std::vector<asio::awaitable<result<void>>> workers;
    auto const count = std::min(parts_in_flight_, plan_.parts);
    workers.reserve(count);
    for (unsigned i = 0; i < count; ++i)
        workers.push_back(send_some_parts());
    co_return co_await join_until_first_failure(std::move(workers));
}

asio::awaitable<result<void>> multipart::send_some_parts()
{
    part_body body(with_.from, with_.env.blocking, with_.meter);
    while (next_part_ <= plan_.parts)
    {
        auto const number = next_part_++;
        if (auto sent = co_await send_part(body, number); !sent)
            co_return sent.error();
    }
    co_return result<void>();
}

asio::awaitable<result<void>> multipart::send_part(part_body& body, unsigned number)
{
    body.assign(plan_.offset_of(number), plan_.size_of(number));
    for (unsigned attempt = 1;; ++attempt)
    {
        if (auto open = co_await with_.gate.pass(); !open)
            co_return open.error();
        auto answer = co_await with_.oss.upload_part(with_.at, upload_id_, number, body, with_.gate.until());
        if (!answer)
            co_return answer.error();
        auto const same = compare(*answer, body, "part " + std::to_string(number));
        if (same)
        {
            stored_[number - 1] = oss::part_ref{.part_number = number, .etag = std::move(answer->etag)};
            crcs_[number - 1] = body.crc64();
            with_.meter.confirmed(body.size(), retries());
            co_return result<void>();
        }
        if (attempt >= with_.env.retry.attempts)
        {
            auto e = same.error();
            e.operation = "UploadPart";
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
    auto const crc = combined_crc64();
    oss::expected_object const expected{.size = plan_.size, .crc64 = crc};
    auto const answer =
        co_await with_.oss.complete_multipart_upload(with_.at, upload_id_, stored_, with_.gate.until(), expected);
    if (!answer)
        co_return answer.error();
    co_return co_await prove(with_.oss, with_.at, with_.gate, *answer, crc, plan_.size);
}

// True when the upload is gone.
asio::awaitable<bool> multipart::abort(std::string const& upload_id, steady_time until)
{
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    for (int tries = 0; tries < 2; ++tries)
    {
        auto const done = co_await with_.oss.abort_multipart_upload(with_.at, upload_id, until);
        if (done)
            co_return true;
        if (!done.error().is_transient())
            break;
    }
    ++orphaned_;
    co_return false;
}

// An Initiate whose answer was lost leaves an upload without parts behind. It is looked for where the key is ours
// alone, with what patience there is: it holds no bytes, so nobody is billed for it.
asio::awaitable<void> multipart::abort_lost(steady_time until)
{
    if (!with_.key_is_ours)
        co_return;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    auto bucket = with_.at;
    bucket.key.clear();
    auto const open = co_await with_.oss.list_multipart_uploads(bucket, with_.at.key, until);
    if (!open)
        co_return;
    for (auto const& upload : *open)
    {
        if (upload.key != with_.at.key || upload.upload_id == upload_id_)
            continue;
        auto const parts = co_await with_.oss.list_parts(with_.at, upload.upload_id, until);
        if (parts && parts->empty())
            co_await abort(upload.upload_id, until);
    }
}

// One limit for all that has to be tidied, so that a call ends no later than this after its deadline.
steady_time multipart::cleaned_up_by() const
{
    return with_.env.clock->steady_now() + with_.env.abort_limit;
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
