#include "oss/request_signer.hpp"

#include "base/percent.hpp"
#include "base/text.hpp"
#include "sign/oss_v1.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>

namespace sluice::oss
{

namespace
{

std::string header_text(std::string_view text)
{
    std::string kept;
    std::copy_if(text.begin(), text.end(), std::back_inserter(kept), [](char c) { return c >= 0x20 && c <= 0x7E; });
    return kept;
}

result<void> check_credentials(credentials const& c)
{
    auto refusal = [](errc code, std::string text) -> result<void> {
        error e(code, std::move(text));
        e.attempts = 0;
        return e;
    };
    if (c.access_key_id.empty() || c.access_key_secret.empty())
        return refusal(errc::no_credentials, "the access key id or its secret is empty");
    if (!is_visible_ascii(c.access_key_id))
        return refusal(
            errc::invalid_argument, "the access key id holds a blank, a control character or non-ASCII text");
    if (!is_visible_ascii(c.access_key_secret.reveal()))  // stands in no header, but no service issues such a one
        return refusal(
            errc::invalid_argument, "the access key secret holds a blank, a control character or non-ASCII text");
    if (!is_visible_ascii(c.security_token.reveal()))
        return refusal(
            errc::invalid_argument, "the security token holds a blank, a control character or non-ASCII text");
    return {};
}

std::vector<sign::field_view> views_of(std::vector<std::pair<std::string_view, std::string>> const& query)
{
    return {query.begin(), query.end()};
}

void append_v1(std::string& head, request_signer::unsigned_request const& what,
    std::span<sign::field_view const> headers, credentials const& with)
{
    auto const query = views_of(what.query);
    sign::oss_v1::request const request{what.method, what.at.bucket, what.at.key, query, headers};
    head += sign::oss_v1::authorization(request, with.access_key_id, with.access_key_secret.reveal());
}

void append_target(std::string& head, request_signer::unsigned_request const& what)
{
    head += what.at.path();
    char separator = '?';
    for (auto const& [name, value] : what.query)
    {
        head += std::exchange(separator, '&');
        append_uri_encoded(head, name, slash::escape);
        if (value.empty())
            continue;
        head += '=';
        append_uri_encoded(head, value, slash::escape);
    }
}

void append_field(std::string& head, std::string_view name, std::string_view value)
{
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

request_signer::request_signer(
    credentials_source& who, service_clock& time, signature_version version, std::string_view user_agent)
    : who_(who), time_(time), version_(version), user_agent_(header_text(user_agent))
{}

result<void> request_signer::check() const
{
    return check_credentials(who_.current());
}

result<request_signer::signing> request_signer::append_head(std::string& head, unsigned_request const& what)
{
    signing made{who_.current(), time_.offset()};
    if (auto checked = check_credentials(made.with); !checked)
        return checked.error();

    bool const v4 = version_ == signature_version::v4 && !what.at.region.empty();
    auto const date = (v4 ? iso_dates_ : http_dates_).at(time_.now());
    boost::container::static_vector<sign::field_view, 4> headers;  // in the order in which they are signed
    if (!what.content_type.empty())
        headers.emplace_back("Content-Type", what.content_type);
    if (v4)
        headers.emplace_back("x-oss-content-sha256", "UNSIGNED-PAYLOAD");
    headers.emplace_back("x-oss-date", date);
    if (!made.with.security_token.empty())
        headers.emplace_back("x-oss-security-token", made.with.security_token.reveal());

    head.append(what.method).append(" ");
    append_target(head, what);
    head += " HTTP/1.1\r\n";
    append_field(head, "Host", what.at.origin().authority());
    if (!user_agent_.empty())
        append_field(head, "User-Agent", user_agent_);
    for (auto const& [name, value] : headers)
        append_field(head, name, value);
    head += "Authorization: ";
    if (v4)
        append_v4(head, what, headers, date, made.with);
    else
        append_v1(head, what, headers, made.with);
    head += "\r\n";
    return made;
}

void request_signer::append_v4(std::string& head, unsigned_request const& what,
    std::span<sign::field_view const> headers, std::string_view timestamp, credentials const& with)
{
    auto const query = views_of(what.query);
    auto const day = timestamp.substr(0, 8);
    sign::oss_v4::request const request{what.method, what.at.bucket, what.at.key, query, headers, {}};
    sign::oss_v4::scope const scope{day, what.at.region, what.at.product};
    auto& key = keys_.key(with.access_key_secret.reveal(), day, what.at.region, what.at.product);
    sign::oss_v4::append_authorization(head, request, timestamp, scope, with.access_key_id, key, scratch_);
}

}  // namespace sluice::oss
