#include "emulator/oss_auth.hpp"

#include "base/text.hpp"
#include "sign/oss_v1.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace sluice::emulator
{

oss_refusal oss_verifier::verify_v1_header(claim& c, std::string_view id_and_signature)
{
    auto const colon = id_and_signature.find(':');
    auto const invalid = [&](std::string ec) {
        return invalid_argument("Invalid Authorization header.", "Authorization", id_and_signature, std::move(ec));
    };
    if (colon == std::string_view::npos)
        return invalid("0002-00000062");
    if (colon == 0)
        return invalid("0002-00000063");
    if (colon + 1 == id_and_signature.size())
        return invalid("0002-00000065");
    c.access_key_id = id_and_signature.substr(0, colon);
    c.signature = id_and_signature.substr(colon + 1);
    c.token = c.head.field("x-oss-security-token");
    if (auto refusal = check_key(c))
        return refusal;

    auto const oss_date = c.head.field("x-oss-date");
    auto const sent = oss_date.empty() ? c.head.field("date") : oss_date;
    if (sent.empty())
        return access_denied("OSS authentication requires a Date.", "0002-00000503");
    auto date = parse_http_date(sent);
    if (!date && !oss_date.empty())
        date = parse_iso8601_basic(sent);
    if (!date)
        return access_denied("OSS authentication requires a valid Date.", "0002-00000505");

    if (auto refusal = compare_v1(c, sent))
        return refusal;
    return check_skew(*date);
}

oss_refusal oss_verifier::verify_v1_query(claim& c)
{
    auto const* id = c.target.parameter("OSSAccessKeyId");
    auto const* expires = c.target.parameter("Expires");
    auto const* signature = c.target.parameter("Signature");
    if (id == nullptr || expires == nullptr || signature == nullptr)
    {
        constexpr auto message = "A presigned URL has to have OSSAccessKeyId, Expires and Signature.";
        return access_denied(message, id == nullptr ? "0002-00000071" : signature == nullptr ? "0002-00000074" : "");
    }
    c.access_key_id = *id;
    c.signature = *signature;
    auto const* token = c.target.parameter("security-token");
    c.token = token != nullptr ? std::string_view(*token) : c.head.field("x-oss-security-token");
    if (auto refusal = check_key(c))
        return refusal;

    // Beyond this year a time is not a date any more (and would not fit the clock's type).
    constexpr std::uint64_t end_of_9999 = 253402300799;
    auto const end = parse_number<std::uint64_t>(*expires);
    if (!end || *end > end_of_9999)
        return access_denied("Invalid date (should be seconds since epoch): " + *expires, "0002-00000070");
    if (auto refusal = check_not_over(utc_seconds(std::chrono::seconds(static_cast<std::int64_t>(*end)))))
        return refusal;
    return compare_v1(c, *expires);
}

oss_refusal oss_verifier::compare_v1(claim const& c, std::string_view date_slot) const
{
    std::vector<sign::field_view> const query(c.target.query.begin(), c.target.query.end());
    sign::oss_v1::request const request{c.head.method, c.location.bucket, c.location.key, query, c.headers};
    auto const to_sign = sign::oss_v1::string_to_sign(request, date_slot);
    if (sign::oss_v1::signature(to_sign, c.key->secret.access_key_secret.reveal()) == c.signature)
        return std::nullopt;
    return signature_does_not_match(c.access_key_id, c.signature, to_sign, "0002-00000040");
}

}  // namespace sluice::emulator
