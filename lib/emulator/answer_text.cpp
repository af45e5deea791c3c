#include "emulator/answer_text.hpp"

#include "emulator/ims_reply.hpp"
#include "emulator/oss_error.hpp"

#include "base/nonce.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <iterator>

namespace sluice::emulator
{

namespace
{

bool status_allows_body(int status) noexcept
{
    return status >= 200 && status != 204 && status != 304;
}

// A value may come from a request (response-content-type, metadata): no line of it may become a field of its own.
void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    out += ": ";
    std::ranges::transform(value, std::back_inserter(out),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c; });
    out += "\r\n";
}

std::string_view reason_of(int status)
{
    auto const reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    return {reason.data(), reason.size()};
}

reply oss_answer(oss_error const& why, random_source& random)
{
    auto id = make_nonce(random).substr(0, 24);
    std::ranges::transform(id, id.begin(), [](char c) { return c >= 'a' && c <= 'f' ? char(c - 'a' + 'A') : c; });
    reply r;
    r.status = why.status;
    r.fields = {{"Content-Type", "application/xml"}, {"x-oss-request-id", id}, {"x-oss-server-time", "0"}};
    r.body = error_body(why, id, {});
    r.code = why.code;
    return r;
}

}  // namespace

bool has_body(reply const& r, answer_context const& context) noexcept
{
    return !context.to_head_request && status_allows_body(r.status);
}

std::string answer_head(reply const& r, answer_context const& context)
{
    std::string out = "HTTP/1.1 " + std::to_string(r.status) + " ";
    out += reason_of(r.status);
    out += "\r\n";
    if (context.service == service_kind::oss)
        append_field(out, "Server", "AliyunOSS");
    append_field(out, "Date", format_http_date(context.date));
    if (status_allows_body(r.status))
        append_field(out, "Content-Length", std::to_string(r.stated_length.value_or(r.body.size())));
    append_field(out, "Connection", context.keep_alive ? "keep-alive" : "close");
    for (auto const& [name, value] : r.fields)
        append_field(out, name, value);
    out += "\r\n";
    return out;
}

reply error_answer(service_kind service, int status, std::string code, std::string_view message, random_source& random)
{
    if (service == service_kind::ims)
        return ims_error({status, std::move(code), std::string(message)}, {}, random);
    oss_error why;
    why.status = status;
    why.code = std::move(code);
    why.message = message;
    return oss_answer(why, random);
}

}  // namespace sluice::emulator
