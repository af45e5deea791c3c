#include "ims/failure.hpp"

#include "base/text.hpp"
#include "base/xml.hpp"
#include "ims/advice.hpp"
#include "ims/answer_text.hpp"
#include "ims/printable.hpp"

#include <array>
#include <initializer_list>
#include <span>

namespace sluice::ims
{

namespace
{

constexpr std::size_t max_text = 2048;       // of one field in an error
constexpr std::size_t max_excerpt = 160;     // of a body that is not understood
constexpr std::size_t max_searched = 16384;  // of it, for secrets and a title

// The first of some names of a member that has a text.
template <std::size_t N>
std::string first_text(std::span<json_token const, N> tokens, std::initializer_list<std::size_t> indices)
{
    for (auto const i : indices)
    {
        auto const& token = tokens[i];
        if (token.is_string() && !token.text.empty())
            return token.str();
        if (token.what == json_token::kind::number)
            return std::string(token.text);
    }
    return {};
}

std::string denied_detail_of_object(std::string_view json)
{
    static constexpr std::array<std::string_view, 7> names = {"AuthAction", "AuthPrincipalType",
        "AuthPrincipalDisplayName", "AuthPrincipalOwnerId", "NoPermissionType", "PolicyType",
        "EncodedDiagnosticMessage"};
    json_object_reader reader;
    answer_text const padded(json);
    std::array<json_token, names.size()> tokens;
    if (!reader.read(padded.view(), names, tokens))
        return std::string(json);

    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        auto const value = first_text(std::span<json_token const, names.size()>(tokens), {i});
        if (!value.empty())
            out.append(out.empty() ? "" : ", ").append(names[i]).append(" ").append(value);
    }
    return out;
}

std::string denied_detail(json_token const& token)
{
    if (token.what == json_token::kind::object)
        return denied_detail_of_object(token.text);
    return token.is_string() && !token.text.empty() ? denied_detail_of_object(token.str()) : std::string();
}

failure read_xml_failure(std::string_view body)
{
    auto const document = xml_document::parse(body);
    if (!document || document->root_name() != "Error")
        return {};
    auto const root = document->root();
    auto const child = [&root](std::string_view name) { return root.text(name).value_or(std::string()); };
    return {child("Code"), child("Message"), child("RequestId"), child("Recommend"), {}};
}

error error_at(net::response const& answer, errc code, credentials const& who)
{
    error e(code);
    e.http_status = answer.status;
    e.host = answer.peer;
    e.request_id = one_line(without_secrets(std::string(answer.headers.find("x-acs-request-id")), who), max_excerpt);
    return e;
}

}  // namespace

failure read_failure(std::string_view body)
{
    static constexpr std::array<std::string_view, 14> names = {"Code", "code", "Message", "message", "Description",
        "description", "Detail", "detail", "RequestId", "requestId", "Recommend", "recommend", "AccessDeniedDetail",
        "accessDeniedDetail"};
    json_object_reader reader;
    answer_text const padded(body);
    std::array<json_token, names.size()> tokens;
    if (!reader.read(padded.view(), names, tokens))
        return read_xml_failure(body);

    std::span<json_token const, names.size()> const found(tokens);
    failure out{first_text(found, {0, 1}), first_text(found, {2, 3, 4, 5, 6, 7}), first_text(found, {8, 9}),
        first_text(found, {10, 11}), denied_detail(tokens[12])};
    if (out.access_denied.empty())
        out.access_denied = denied_detail(tokens[13]);
    return out;
}

error refusal_error(net::response const& answer, std::string_view operation, credentials const& who)
{
    auto const said = read_failure(answer.body);
    auto const clean = [&who](std::string text) { return one_line(without_secrets(std::move(text), who), max_text); };
    auto const is_refusal = answer.status >= 400 || !said.code.empty();

    auto e = error_at(answer, is_refusal ? errc::service_error : errc::malformed_response, who);
    e.service_code = clean(said.code);
    e.message = clean(said.message);
    e.recommendation = clean(said.recommend);
    e.access_denied = clean(said.access_denied);
    if (!said.request_id.empty())
        e.request_id = clean(said.request_id);
    if (e.service_code.empty() && e.message.empty())
        e.message = "HTTP " + std::to_string(answer.status) + " with no error of the service, but " +
                    describe_body(answer, who);
    if (answer.status == 400 && answer.body.find("plain HTTP request was sent to HTTPS port") != std::string::npos)
        e.recommendation =
            "Write https:// in front of the endpoint: this port speaks TLS.";  // nginx and Tengine say so
    if (e.recommendation.empty())
        e.recommendation = advice(answer.status, e.service_code, operation);
    return e;
}

error malformed_error(net::response const& answer, std::string_view why, credentials const& who)
{
    auto e = error_at(answer, errc::malformed_response, who);
    e.message = "HTTP " + std::to_string(answer.status) + ' ' + std::string(why);
    e.recommendation = advice_on_foreign_answer();
    return e;
}

std::string describe_body(net::response const& answer, credentials const& who)
{
    constexpr std::string_view title_begin = "<title>";
    auto const text = without_secrets(answer.body.substr(0, max_searched), who);
    auto const lower = to_lower(text);
    auto const begin = lower.find(title_begin);
    auto const end = lower.find("</title>", begin);
    if (begin != std::string::npos && end != std::string::npos)
    {
        auto const from = begin + title_begin.size();
        return "a page with the title \"" +
               one_line(trim(std::string_view(text).substr(from, end - from)), max_excerpt) + '"';
    }
    auto const visible = trim(text);
    if (visible.empty())
        return "nothing";
    if (is_success(answer.status))
        return std::to_string(answer.body.size()) + " bytes that are not a JSON object";
    return '"' + one_line(visible, max_excerpt) + '"';
}

}  // namespace sluice::ims
