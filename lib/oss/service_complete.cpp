#include "base/timer.hpp"
#include "oss/answer_fields.hpp"
#include "oss/service.hpp"
#include "oss/xml_answers.hpp"

namespace sluice::oss
{

namespace
{

// Complete is sent again when its answer was lost and the object is not there yet: this often in all, or less where
// fewer attempts are allowed.
constexpr unsigned max_rounds = 3;

// The service goes on completing when the connection breaks: it is given this long before it is asked again.
constexpr std::chrono::milliseconds pause_between_rounds{500};

bool is_ascending(std::span<part_ref const> parts)
{
    unsigned last = 0;
    for (auto const& part : parts)
    {
        if (part.part_number <= last || part.part_number > max_part_number)
            return false;
        last = part.part_number;
    }
    return last != 0;
}

// The request may have reached the service, and what became of it is not known.
bool is_answer_lost(error const& e)
{
    if (e.code == errc::service_error)
        return e.http_status >= 500 || e.http_status == 408;
    return net::is_retryable_failure(e.code, true) && !net::is_retryable_failure(e.code, false);
}

// The object may be there all the same: an upload that was completed before is gone, and an Error under a good status
// came after the service had begun.
bool may_be_completed(error const& e)
{
    bool const good_status = e.http_status >= 200 && e.http_status < 300;
    return is_answer_lost(e) || e.service_code == "NoSuchUpload" || good_status;
}

bool is_as_expected(object_head const& there, expected_object const& expected)
{
    return there.size == expected.size && there.crc64 == expected.crc64;
}

stored stored_as(object_head there)
{
    stored made;
    made.etag = std::move(there.etag);
    made.crc64 = there.crc64;
    made.request_id = std::move(there.request_id);
    made.host = std::move(there.host);
    made.http_status = there.http_status;
    return made;
}

}  // namespace

asio::awaitable<result<stored>> service::complete_multipart_upload(object_location const& at,
    std::string_view upload_id, std::span<part_ref const> parts, steady_time until,
    std::optional<expected_object> expected, unsigned* unanswered)
{
    bool answer_lost = false;
    unsigned attempts = 0;
    for (unsigned round = 1;; ++round)
    {
        auto done = co_await complete_once(at, upload_id, parts, until, unanswered);
        if (done)
        {
            done->attempts += attempts;
            co_return done;
        }
        error failure = done.error();
        attempts += failure.attempts;
        failure.attempts = attempts;
        answer_lost = answer_lost || is_answer_lost(failure);
        if (!expected || !may_be_completed(failure))
            co_return failure;

        // Also on the first NoSuchUpload: a request can go out twice when the pool replaces a dead connection.
        auto there = co_await head_object(at, until);
        if (there && is_as_expected(*there, *expected))
        {
            auto made = stored_as(*std::move(there));
            made.attempts = attempts;
            if (failure.service_code == "NoSuchUpload")
                co_return made;
            co_return co_await complete_seen(at, upload_id, parts, until, made, unanswered);
        }
        if (!there && there.error().code == asio::error::operation_aborted)
            failure.code = asio::error::operation_aborted;
        if (answer_lost && failure.service_code == "NoSuchUpload")
            failure.recommendation = "An answer was lost before, so the upload may have been completed: look at the "
                                     "object before uploading anew.";
        bool const looked = there || there.error().code == errc::service_error;
        if (!answer_lost || !looked || round == max_rounds)
            co_return failure;
        if (until - clock_.steady_now() <= pause_between_rounds)
            co_return failure;
        if (auto again = co_await before_round(failure, until); !again)
            co_return again.error();
    }
}

// The pause, and the leave to repeat as any other call has it.
asio::awaitable<result<void>> service::before_round(error const& failure, steady_time until)
{
    auto const leave = co_await caller_.before_repeat(failure, failure.attempts, until);
    bool cancelled = !leave && leave.error().code == asio::error::operation_aborted;
    if (leave)
    {
        bool const waited = co_await wait_for(clock_, pause_between_rounds);
        cancelled = !waited;
    }
    if (!cancelled)
        co_return leave;
    auto stopped = failure;
    stopped.code = asio::error::operation_aborted;
    co_return stopped;
}

// The same file may have been at the same key before, and the upload be open with all its parts. Complete, sent again,
// makes the object anew, with what hangs on that such as a callback, or is told that the upload is gone.
asio::awaitable<result<stored>> service::complete_seen(object_location const& at, std::string_view upload_id,
    std::span<part_ref const> parts, steady_time until, stored const& seen, unsigned* unanswered)
{
    auto again = co_await complete_once(at, upload_id, parts, until, unanswered);
    if (again)
    {
        again->attempts += seen.attempts;
        co_return again;
    }
    auto const& why = again.error();
    if (why.code == asio::error::operation_aborted)
        co_return why;
    auto made = seen;
    made.attempts += why.attempts;
    made.upload_may_be_open = why.service_code != "NoSuchUpload";
    co_return made;
}

asio::awaitable<result<stored>> service::complete_once(object_location const& at, std::string_view upload_id,
    std::span<part_ref const> parts, steady_time until, unsigned* unanswered)
{
    operation_plan what("CompleteMultipartUpload", "POST", at);
    what.query = {{"uploadId", std::string(upload_id)}, {"encoding-type", "url"}};
    if (!is_ascending(parts))
        co_return refused(what, "the parts to complete are none, or not in the order of their numbers");

    text_body body(write_complete_request(parts));
    what.content_type = "application/xml";
    what.body = &body;
    what.may_call_back = true;
    what.repeatable = false;  // the upload is gone after the first, so a second would look like a failure

    stored made;
    reader const read = [&](net::response const& answer) { return take(read_completed(answer, at), made); };
    auto const attempts = co_await perform(std::move(what), read, until, unanswered);
    if (!attempts)
        co_return attempts.error();
    made.attempts = *attempts;
    co_return made;
}

}  // namespace sluice::oss
