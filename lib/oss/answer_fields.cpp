#include "oss/answer_fields.hpp"

#include "base/text.hpp"
#include "oss/error_answer.hpp"
#include "oss/xml_answers.hpp"

namespace sluice::oss
{

namespace
{

constexpr int callback_failed = 203;

// False for a value that is no number; none at all is no failure.
bool read_crc64(net::header_list const& headers, std::optional<std::uint64_t>& to)
{
    auto const text = trim(headers.find("x-oss-hash-crc64ecma"));
    to = parse_number<std::uint64_t>(text);
    return to || text.empty();
}

// "CallbackFailed: Error status : 502."; never empty.
std::string callback_failure_of(net::response const& answer)
{
    auto const e = to_error(read_error(answer, false), answer.status);
    return (e.service_code.empty() ? "CallbackFailed" : e.service_code) + (e.message.empty() ? "" : ": " + e.message);
}

// Compared where the answer names it.
bool is_about(std::string const& bucket, std::string const& key, object_location const& at)
{
    return (bucket.empty() || bucket == at.bucket) && (key.empty() || key == at.key);
}

std::optional<stored> read_stored_headers(net::response const& answer)
{
    stored made;
    made.etag = unquoted(trim(answer.headers.find("ETag")));
    made.request_id = answer.headers.find("x-oss-request-id");
    made.host = answer.peer;
    made.http_status = answer.status;
    if (answer.status == callback_failed)
        made.callback_failure = callback_failure_of(answer);
    if (!read_crc64(answer.headers, made.crc64))
        return std::nullopt;
    return made;
}

}  // namespace

std::optional<stored> read_stored(net::response const& answer)
{
    auto made = read_stored_headers(answer);
    if (made && made->etag.empty() && answer.status != callback_failed)
        return std::nullopt;
    return made;
}

std::optional<stored> read_completed(net::response const& answer, object_location const& at)
{
    auto made = read_stored_headers(answer);
    if (!made || answer.status == callback_failed)
        return made;
    auto const said = read_complete_answer(answer.body);
    if (!said || !is_about(said->bucket, said->key, at))
        return std::nullopt;
    if (made->etag.empty())
        made->etag = unquoted(said->etag);
    if (made->etag.empty())
        return std::nullopt;
    return made;
}

std::optional<std::string> read_initiated(net::response const& answer, object_location const& at)
{
    auto started = read_initiate_answer(answer.body);
    if (!started || !is_about(started->bucket, started->key, at))
        return std::nullopt;
    return std::move(started->upload_id);
}

std::optional<object_head> read_head(net::response const& answer)
{
    auto const size = parse_number<std::uint64_t>(trim(answer.headers.find("Content-Length")));
    object_head head;
    if (!size || !read_crc64(answer.headers, head.crc64))
        return std::nullopt;
    head.size = *size;
    head.etag = unquoted(trim(answer.headers.find("ETag")));
    head.type = answer.headers.find("x-oss-object-type");
    head.request_id = answer.headers.find("x-oss-request-id");
    head.host = answer.peer;
    head.http_status = answer.status;
    return head;
}

bool is_refusal(net::response const& answer, bool may_call_back)
{
    if (answer.status < 200 || answer.status >= 300)
        return true;
    if (answer.status == callback_failed)
        return !may_call_back;
    return !answer.body.empty() && read_xml_error(answer.body).has_value();
}

bool is_of_gateway(net::response const& answer)
{
    return (answer.status == 502 || answer.status == 504) && read_error(answer, false).host_id.empty();
}

}  // namespace sluice::oss
