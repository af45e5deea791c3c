#include "oss/error_answer.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "base/xml.hpp"
#include "oss/advice.hpp"
#include "oss/printable.hpp"

#include <simdjson.h>

namespace sluice::oss
{

namespace
{

constexpr std::size_t max_message_bytes = 500;
constexpr std::size_t max_excerpt_bytes = 120;
constexpr std::size_t max_token_bytes = 128;  // codes and ids

std::string text_of(simdjson::dom::object const& from, std::string_view name)
{
    std::string_view text;
    return from[name].get(text) == simdjson::SUCCESS ? std::string(trim(text)) : std::string();
}

// Without a body a status still has a meaning, and callers look for codes.
std::string code_of_status(int status, bool to_head)
{
    switch (status)
    {
    case 400:
        return "BadRequest";
    case 403:
        return "AccessDenied";
    case 404:
        return to_head ? "NoSuchKey" : "NotFound";
    case 405:
        return "MethodNotAllowed";
    case 408:
        return "RequestTimeout";
    case 411:
        return "MissingContentLength";
    case 412:
        return "PreconditionFailed";
    case 413:
        return "EntityTooLarge";
    case 416:
        return "InvalidRange";
    case 500:
        return "InternalError";
    case 503:
        return "ServiceUnavailable";
    default:
        return "HttpStatus" + std::to_string(status);
    }
}

std::optional<error_answer> read_body(std::string_view body)
{
    if (body.empty())
        return error_answer{};
    if (auto said = read_xml_error(body))
        return said;
    return read_json_error(body);
}

// A HEAD has no body: the XML of its error comes in a header.
std::optional<error_answer> read_head_error(std::string_view header)
{
    auto const body = base64_decode(header);
    return body ? read_xml_error(*body) : std::nullopt;
}

error_answer excerpt_of(std::string_view body)
{
    error_answer said;
    said.message = "the answer is not one of OSS: " + printable(body, max_excerpt_bytes);
    return said;
}

}  // namespace

std::optional<error_answer> read_xml_error(std::string_view body)
{
    auto const document = xml_document::parse(body);
    if (!document || document->root_name() != "Error")
        return std::nullopt;
    auto const root = document->root();
    auto const text = [&](std::string_view name) { return std::string(trim(root.text(name).value_or(std::string()))); };

    error_answer said;
    said.code = text("Code");
    said.message = text("Message");
    said.request_id = text("RequestId");
    said.host_id = text("HostId");
    said.ec = text("EC");
    said.recommend_doc = text("RecommendDoc");
    said.server_time = parse_iso8601(text("ServerTime"));
    return said;
}

std::optional<error_answer> read_json_error(std::string_view body)
{
    simdjson::dom::parser parser;
    simdjson::dom::object root;
    if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS)
        return std::nullopt;
    simdjson::dom::object inner;
    if (root["Error"].get(inner) == simdjson::SUCCESS)
        root = inner;

    error_answer said;
    said.code = text_of(root, "Code");
    said.message = text_of(root, "Message");
    said.request_id = text_of(root, "RequestId");
    said.host_id = text_of(root, "HostId");
    said.ec = text_of(root, "EC");
    said.recommend_doc = text_of(root, "RecommendDoc");
    said.server_time = parse_iso8601(text_of(root, "ServerTime"));
    if (said.code.empty())
        return std::nullopt;
    return said;
}

error_answer read_error(net::response const& from, bool to_head)
{
    auto const header_error = from.headers.find("x-oss-err");
    auto found = header_error.empty() ? read_body(from.body) : read_head_error(header_error);
    if (!found && !header_error.empty())
        found = read_body(from.body);

    if (found && found->code.empty())
        found->code = code_of_status(from.status, to_head);
    auto said = found ? *std::move(found) : excerpt_of(from.body);
    if (said.request_id.empty())
        said.request_id = from.headers.find("x-oss-request-id");
    if (said.ec.empty())
        said.ec = from.headers.find("x-oss-ec");
    return said;
}

error to_error(error_answer const& said, int http_status)
{
    error e(errc::service_error);
    e.http_status = http_status;
    e.service_code = printable(said.code, max_token_bytes);
    e.message = printable(said.message, max_message_bytes);
    e.request_id = printable(said.request_id, max_token_bytes);
    e.recommendation = advice_on(e.service_code, http_status, e.message);

    std::string page = printable(said.recommend_doc, max_message_bytes);
    if (page.empty() && !said.ec.empty())  // the page that the service names when it names one
        page = "https://api.aliyun.com/troubleshoot?q=" + printable(said.ec, max_token_bytes);
    if (!page.empty())
        e.recommendation += (e.recommendation.empty() ? "See " : " See ") + page;
    return e;
}

}  // namespace sluice::oss
