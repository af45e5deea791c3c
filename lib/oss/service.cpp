#include "oss/service.hpp"

#include "base/text.hpp"
#include "oss/answer_fields.hpp"
#include "oss/content_type.hpp"
#include "oss/error_answer.hpp"
#include "oss/printable.hpp"
#include "oss/redact.hpp"
#include "oss/remedy.hpp"
#include "oss/xml_answers.hpp"

#include <algorithm>

namespace sluice::oss
{

namespace
{

// Without a key the same request is one on the bucket: PUT would make one.
bool names_a_bucket_only(operation_plan const& what)
{
    return what.at.key.empty() && !what.is_on_bucket;
}

std::optional<utc_seconds> time_of(error_answer const& said, net::header_list const& headers)
{
    return said.server_time ? said.server_time : parse_http_date(headers.find("Date"));
}

error refusal_of(net::response const& answer, bool to_head, credentials const& secrets)
{
    auto said = read_error(answer, to_head);
    redact(said.ec, secrets);
    redact(said.recommend_doc, secrets);
    auto e = to_error(said, answer.status);
    redact(e, secrets);
    return e;
}

error unreadable(net::response const& answer, credentials const& secrets)
{
    error e(errc::malformed_response);
    e.http_status = answer.status;
    e.message = answer.body.empty() ? "the answer lacks what it should hold"
                                    : "the answer is not that of OSS: " + printable(answer.body, 120);
    if (answer.status != 200)
        e.message += " (status " + std::to_string(answer.status) + ")";
    e.request_id = printable(answer.headers.find("x-oss-request-id"), 128);
    redact(e, secrets);
    e.recommendation = "Check that the endpoint is one of OSS, and what stands between it and this machine.";
    return e;
}

}  // namespace

service::service(
    net::caller& caller, credentials_source& who, clock& c, service_clock& time, settings const& s, priority urgency)
    : caller_(caller), clock_(c), signer_(who, time, s.signature, s.user_agent), urgency_(urgency)
{}

asio::awaitable<result<stored>> service::put_object(
    object_location const& at, net::body_source& body, steady_time until)
{
    operation_plan what("PutObject", "PUT", at);
    what.content_type = content_type_of(at.key);
    what.body = &body;
    what.kind = net::lane::object;
    what.may_call_back = true;
    co_return co_await store(std::move(what), until);
}

asio::awaitable<result<std::string>> service::initiate_multipart_upload(
    object_location const& at, steady_time until, unsigned* unanswered)
{
    operation_plan what("InitiateMultipartUpload", "POST", at);
    what.query = {{"uploads", ""}, {"encoding-type", "url"}};
    what.content_type = content_type_of(at.key);

    std::string upload_id;
    reader const read = [&](net::response const& answer) { return take(read_initiated(answer, at), upload_id); };
    auto const done = co_await perform(std::move(what), read, until, unanswered);
    if (!done)
        co_return done.error();
    co_return upload_id;
}

asio::awaitable<result<stored>> service::upload_part(object_location const& at, std::string_view upload_id,
    unsigned part_number, net::body_source& body, steady_time until)
{
    operation_plan what("UploadPart", "PUT", at);
    what.query = {{"partNumber", std::to_string(part_number)}, {"uploadId", std::string(upload_id)}};
    what.body = &body;
    what.kind = net::lane::object;
    what.part_number = part_number;
    if (part_number < 1 || part_number > max_part_number)
        co_return refused(what, "part numbers go from 1 to " + std::to_string(max_part_number));
    co_return co_await store(std::move(what), until, &unanswered_parts_);
}

asio::awaitable<result<abort_outcome>> service::abort_multipart_upload(
    object_location const& at, std::string_view upload_id, steady_time until, net::lane kind)
{
    operation_plan what("AbortMultipartUpload", "DELETE", at);
    what.query = {{"uploadId", std::string(upload_id)}};
    what.kind = kind;
    what.yields = false;
    what.may_be_gone = true;
    reader const read = [](net::response const& answer) { return answer.status == 204; };
    auto const done = co_await perform(std::move(what), read, until);
    if (done)
        co_return abort_outcome::aborted;
    if (done.error().service_code == "NoSuchUpload")
        co_return abort_outcome::was_gone;
    co_return done.error();
}

asio::awaitable<result<object_head>> service::head_object(object_location const& at, steady_time until)
{
    operation_plan what("HeadObject", "HEAD", at);
    object_head head;
    reader const read = [&](net::response const& answer) { return take(read_head(answer), head); };
    auto const done = co_await perform(std::move(what), read, until);
    if (!done)
        co_return done.error();
    co_return head;
}

asio::awaitable<result<stored>> service::store(operation_plan what, steady_time until, unsigned* unanswered)
{
    stored made;
    reader const read = [&](net::response const& answer) { return take(read_stored(answer), made); };
    auto const attempts = co_await perform(std::move(what), read, until, unanswered);
    if (!attempts)
        co_return attempts.error();
    made.attempts = *attempts;
    co_return made;
}

asio::awaitable<result<unsigned>> service::perform(
    operation_plan what, reader const& read, steady_time until, unsigned* unanswered)
{
    if (names_a_bucket_only(what))
        co_return refused(what, "the object key is empty");
    if (std::any_of(what.query.begin(), what.query.end(),
            [](auto const& field) { return field.first == "uploadId" && field.second.empty(); }))
        co_return refused(what, "the upload id is empty");

    what.urgency = urgency_;
    operation_request request(std::move(what), signer_);
    if (auto const checked = signer_.check(); !checked)  // before a connection is opened for nothing
    {
        error e = checked.error();
        e.operation = request.operation();
        e.resource = request.resource();
        co_return e;
    }

    auto const origin = request.origin();
    unsigned settled = 0;  // attempts whose outcome is known
    bool is_read = false;  // the latest answer
    reader const read_once = [&](net::response const& answer) { return is_read = read(answer); };
    net::caller::judgement const judged = [&](net::response const& answer) {
        is_read = false;
        auto const says = judge(answer, request, read_once);
        bool const refused = is_refusal(answer, request.may_call_back()) && !is_of_gateway(answer);
        settled += is_read || refused ? 1 : 0;
        return says;
    };
    auto outcome = co_await caller_.call(origin, request, judged, until);
    if (unanswered != nullptr)
        *unanswered += request.composed() - settled;
    if (!outcome.answer)
        co_return outcome.answer.error();

    auto const& answer = *outcome.answer;
    if (is_read)
        co_return outcome.attempts;
    auto const& secrets = request.signing().with;
    bool const is_refused = is_refusal(answer, request.may_call_back());
    error e = is_refused ? refusal_of(answer, request.is_head(), secrets) : unreadable(answer, secrets);
    e.operation = request.operation();
    e.resource = request.resource();
    e.host = answer.peer.empty() ? origin.authority() : answer.peer;
    outcome.tell(e);
    co_return e;
}

net::judged service::judge(net::response const& answer, operation_request const& request, reader const& read)
{
    if (!is_refusal(answer, request.may_call_back()))
        return read(answer) || !request.repeatable()
                   ? net::judged(net::verdict::done)
                   : net::judged(net::verdict::again, "but the body is not what OSS answers");

    auto const said = read_error(answer, request.is_head());
    auto const because_of_it = [&](net::verdict says) {
        auto code = said.code;
        redact(code, request.signing().with);
        return net::judged(says, printable(code, 128), net::is_throttling(answer.status, said.code));
    };
    switch (remedy_for(said, answer.status))
    {
    case remedy::waiting:
        return because_of_it(net::verdict::again);
    case remedy::right_clock:
    {
        auto const service_time = time_of(said, answer.headers);
        bool const corrected = service_time && signer_.correct_clock(*service_time, request.signing());
        return because_of_it(corrected ? net::verdict::again_at_once : net::verdict::done);
    }
    case remedy::other_credentials:
        // Replaced at their source since this request was signed.
        return because_of_it(
            signer_.has_other_credentials(request.signing()) ? net::verdict::again_at_once : net::verdict::done);
    case remedy::none:
        break;
    }
    auto as_it_is = because_of_it(net::verdict::done);
    as_it_is.is_wanted = request.may_be_gone() && said.code == "NoSuchUpload";
    return as_it_is;
}

}  // namespace sluice::oss
