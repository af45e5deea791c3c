#include "ims/api_request.hpp"

#include "base/text.hpp"
#include "ims/printable.hpp"
#include "sign/acs3.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>

namespace sluice::ims
{

namespace
{

constexpr std::string_view api_version = "2020-11-09";
constexpr std::string_view sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::size_t max_resource = 128;

error credentials_error(errc code, std::string message, std::string advice)
{
    error e(code, std::move(message));
    e.recommendation = std::move(advice);
    e.attempts = 0;
    return e;
}

}  // namespace

result<void> check_credentials(credentials const& who)
{
    if (who.access_key_id.empty() || who.access_key_secret.empty())
        return credentials_error(errc::no_credentials,
            std::string("the access key ") + (who.access_key_id.empty() ? "id" : "secret") + " is empty",
            "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or client_config::credentials.");
    for (auto const& [name, text] : {std::pair<std::string_view, std::string_view>("access key id", who.access_key_id),
             std::pair<std::string_view, std::string_view>("access key secret", who.access_key_secret.reveal()),
             std::pair<std::string_view, std::string_view>("security token", who.security_token.reveal())})
    {
        if (!is_visible_ascii(text))
            return credentials_error(errc::invalid_argument,
                "the " + std::string(name) + " holds a blank, a control character or one beyond ASCII",
                "Copy it again, without line ends.");
    }
    return {};
}

api_request::api_request(
    means const& with, std::string_view operation, std::span<sign::field_view const> parameters, bool repeatable)
    : means_(with), operation_(operation), parameters_(parameters), repeatable_(repeatable)
{}

result<void> api_request::compose(std::string& head)
{
    auto const& who = means_.who.current();
    if (auto const usable = check_credentials(who); !usable)
        return usable.error();

    auto& tools = means_.tools;
    auto const date = tools.dates.at(means_.time.now());
    clock_offset_ = means_.time.offset();
    std::string nonce;
    tools.nonces.append(nonce);

    // On the wire the query is the canonical one: no encoder of ours or theirs can spell it in another way.
    head += parameters_.empty() ? "POST /" : "POST /?";
    auto const query_begin = head.size();
    sign::acs3::append_canonical_query(head, parameters_, tools.scratch);
    auto const query_size = head.size() - query_begin;
    head += " HTTP/1.1\r\n";

    // In the order in which they are signed.
    boost::container::static_vector<sign::field_view, 10> headers;
    headers.emplace_back("host", means_.host);
    if (!who.security_token.empty())
        headers.emplace_back("x-acs-accesskey-id", who.access_key_id);
    headers.emplace_back("x-acs-action", operation_);
    headers.emplace_back("x-acs-content-sha256", sha256_of_nothing);
    headers.emplace_back("x-acs-date", date);
    if (!who.security_token.empty())
        headers.emplace_back("x-acs-security-token", who.security_token.reveal());
    headers.emplace_back("x-acs-signature-nonce", nonce);
    headers.emplace_back("x-acs-version", api_version);
    headers.emplace_back("user-agent", means_.user_agent);
    headers.emplace_back("accept", "application/json");
    for (auto const& [name, value] : headers)
        head.append(name).append(": ").append(value).append("\r\n");

    head += "Authorization: ";
    sign::acs3::append_authorization(head, {"POST", "/", {}, headers, sha256_of_nothing},
        std::string_view(head).substr(query_begin, query_size), who.access_key_id,
        tools.keys.key(who.access_key_secret.reveal()), tools.scratch);
    head += "\r\n";
    return {};
}

std::string api_request::resource() const
{
    auto const media_id = std::ranges::find(parameters_, "MediaId", &sign::field_view::first);
    return media_id == parameters_.end() ? std::string() : one_line(media_id->second, max_resource);
}

}  // namespace sluice::ims
