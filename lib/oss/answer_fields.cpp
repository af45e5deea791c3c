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

std::optional<stored> read_stored_headers(net::response const& answer)
{
    stored made;
    made.etag = unquoted(trim(answer.headers.find("ETag")));
    made.request_id = answer.headers.find("x-oss-request-id");
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

std::optional<stored> read_completed(net::response const& answer, std::string_view key)
{
    auto made = read_stored_headers(answer);
    if (!made || answer.status == callback_failed)
        return made;
    auto const said = read_complete_answer(answer.body);
    if (!said || (!said->key.empty() && said->key != key))
        return std::nullopt;
    if (made->etag.empty())
        made->etag = unquoted(said->etag);
    if (made->etag.empty())
        return std::nullopt;
    return made;
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
    return head;
}

bool is_refusal(net::response const& answer)
{
    if (answer.status < 200 || answer.status >= 300)
        return true;
    return answer.status != callback_failed && !answer.body.empty() && read_xml_error(answer.body).has_value();
}

}  // namespace sluice::oss
