#include "emulator/oss_auth.hpp"

#include "base/text.hpp"
#include "emulator/oss_xml.hpp"

#include <chrono>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::string_view v4_prefix = "OSS4-HMAC-SHA256";
constexpr std::string_view v1_prefix = "OSS ";
constexpr std::chrono::minutes allowed_skew{15};

oss_error invalid_access_key_id(std::string_view access_key_id, std::string ec)
{
    return {.status = 403,
        .code = "InvalidAccessKeyId",
        .message = "The OSS Access Key Id you provided does not exist in our records.",
        .ec = std::move(ec),
        .details = {{"OSSAccessKeyId", std::string(access_key_id)}}};
}

oss_error token_of_another_key()
{
    return {.status = 403,
        .code = "AccessKeyIdAndSecurityTokenNotMatch",
        .message = "The OSS access key id and security token you provided does not match.",
        .ec = "0002-00000004"};
}

oss_error invalid_security_token()
{
    return {.status = 403,
        .code = "InvalidSecurityToken",
        .message = "The security token you provided is invalid.",
        .ec = "0002-00000006"};
}

bool is_presigned_v4(parsed_target const& target)
{
    return target.parameter("x-oss-signature-version") != nullptr || target.parameter("x-oss-signature") != nullptr ||
           target.parameter("x-oss-credential") != nullptr;
}

bool is_presigned_v1(parsed_target const& target)
{
    return target.parameter("OSSAccessKeyId") != nullptr || target.parameter("Signature") != nullptr;
}

}  // namespace

oss_verifier::claim::claim(request_head const& h, parsed_target const& t, oss_location const& l)
    : head(h), target(t), location(l)
{
    headers.reserve(head.fields.size());
    for (auto const& [name, value] : head.fields)
    {
        if (!equal_ignoring_case(name, "authorization"))
            headers.emplace_back(name, value);
    }
}

oss_verifier::oss_verifier(token_registry const& tokens, std::shared_ptr<clock> c, std::string region)
    : tokens_(tokens), clock_(std::move(c)), region_(std::move(region))
{}

oss_verifier::outcome oss_verifier::verify(
    request_head const& head, parsed_target const& target, oss_location const& location)
{
    claim c(head, target, location);
    auto const authorization = trim(head.field("authorization"));
    oss_refusal refusal;
    if (head.has_field("authorization") && (is_presigned_v4(target) || is_presigned_v1(target)))
        refusal = invalid_argument("The signature has to be in the Authorization header or in the URL, not in both.",
            "Authorization", authorization, "0002-00000039");
    else if (authorization.starts_with(v4_prefix))
        refusal = verify_v4_header(c, authorization.substr(v4_prefix.size()));
    else if (authorization.starts_with(v1_prefix))
        refusal = verify_v1_header(c, trim(authorization.substr(v1_prefix.size())));
    else if (head.has_field("authorization"))
        refusal = invalid_argument("Unsupported authorization type.", "Authorization", authorization, "0002-00000061");
    else if (is_presigned_v4(target))
        refusal = verify_v4_query(c);
    else if (is_presigned_v1(target))
        refusal = verify_v1_query(c);
    else
        refusal = access_denied("Anonymous access is forbidden for this operation.", "0003-00000001");
    if (!refusal)
        refusal = check_object(c);
    auto const* const signer = refusal ? nullptr : c.key;
    return {std::move(refusal), signer};
}

oss_refusal oss_verifier::check_key(claim& c) const
{
    c.key = tokens_.find(c.access_key_id);
    if (c.key == nullptr)
        return invalid_access_key_id(c.access_key_id, "0002-00000902");

    auto const expected = c.key->secret.security_token.reveal();
    if (expected.empty() && !c.token.empty())  // taken for a temporary key, of which there is none with this id
        return invalid_access_key_id(c.access_key_id, "0002-00000002");
    if (c.token.empty() && !expected.empty())  // taken for a key of an account, of which there is none with this id
        return invalid_access_key_id(c.access_key_id, "0002-00000003");
    if (c.token != expected)
        return tokens_.is_token(c.token) ? token_of_another_key() : invalid_security_token();
    if (tokens_.expired(*c.key))
        return security_token_expired();
    return std::nullopt;
}

oss_refusal oss_verifier::check_object(claim const& c)
{
    if (!c.key->temporary || (c.key->bucket == c.location.bucket && c.key->object_key == c.location.key))
        return std::nullopt;
    return access_denied("The policy of the security token allows no access to this resource.", "0003-00000001");
}

oss_refusal oss_verifier::check_skew(utc_seconds date) const
{
    auto const difference = std::chrono::abs(now() - date);
    if (difference <= allowed_skew)
        return std::nullopt;
    return oss_error{.status = 403,
        .code = "RequestTimeTooSkewed",
        .message = "The difference between the request time and the current time is too large.",
        .ec = "0002-00000504",
        .details = {{"MaxAllowedSkewMilliseconds", std::to_string(std::chrono::milliseconds(allowed_skew).count())},
            {"RequestTime", xml_time(date)}, {"ServerTime", xml_time(now())}}};
}

oss_refusal oss_verifier::check_not_over(utc_seconds end) const
{
    if (now() <= end)
        return std::nullopt;
    auto refusal = access_denied("Request has expired.", "0002-00000069");
    refusal.details = {{"Expires", xml_time(end)}, {"ServerTime", xml_time(now())}};
    return refusal;
}

// In whole seconds: a client may send a date that nanoseconds cannot count to.
utc_seconds oss_verifier::now() const
{
    return std::chrono::floor<std::chrono::seconds>(clock_->now());
}

}  // namespace sluice::emulator
