#include "emulator/acs3_verifier.hpp"

#include "emulator/acs3_authorization.hpp"

#include "base/utc_time.hpp"
#include "sign/acs3.hpp"

#include <openssl/crypto.h>

#include <array>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::chrono::minutes allowed_skew{15};

// OpenAPI's name for the header that is missing.
struct mandatory_header
{
    std::string_view header;
    std::string_view parameter;
};
constexpr std::array<mandatory_header, 3> mandatory_headers = {{{"x-acs-date", "Timestamp"},
    {"x-acs-signature-nonce", "SignatureNonce"}, {"x-acs-content-sha256", "ContentSha256"}}};

std::optional<ims_refusal> check_mandatory_headers(request_head const& head)
{
    for (auto const& [header, parameter] : mandatory_headers)
    {
        if (head.field(header).empty())
            return ims_refusal{400, "Missing" + std::string(parameter),
                std::string(parameter) + " is mandatory for this action: header " + std::string(header) + "."};
    }
    return std::nullopt;
}

// yyyy-MM-ddTHH:mm:ssZ, without a fraction.
std::optional<utc_seconds> parse_acs_date(std::string_view text)
{
    constexpr std::size_t length = 20;
    return text.size() == length ? parse_iso8601(text) : std::nullopt;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

ims_refusal signature_mismatch(std::string_view string_to_sign)
{
    // Clients compare what follows the colon with their own string to sign: nothing may stand behind it.
    return {400, "SignatureDoesNotMatch",
        "Specified signature is not matched with our calculation. server string to sign is:" +
            std::string(string_to_sign)};
}

}  // namespace

acs3_verifier::acs3_verifier(token_registry const& tokens, std::shared_ptr<clock> c)
    : tokens_(tokens), clock_(std::move(c))
{}

acs3_verifier::outcome acs3_verifier::verify(
    request_head const& head, parsed_target const& target, std::string_view body_sha256)
{
    auto const refuse = [](ims_refusal why) { return outcome{std::move(why), nullptr}; };

    auto const value = head.field("Authorization");
    if (value.empty())
        return refuse({400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action: header Authorization."});
    auto const authorization = parse_acs3_authorization(value);
    if (!authorization)
        return refuse({400, "IncompleteSignature",
            "The request signature does not conform to Alibaba Cloud standards: Authorization must be "
            "\"ACS3-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=...\"."});
    if (auto why = check_mandatory_headers(head))
        return refuse(std::move(*why));
    if (auto why = check_date(head))
        return refuse(std::move(*why));

    auto const* signer = tokens_.find(authorization->access_key_id);
    if (signer == nullptr)
        return refuse({404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."});
    if (auto why = check_token(head, *signer))
        return refuse(std::move(*why));

    if (auto const name = unsigned_header(head, *authorization); !name.empty())
        return refuse({400, "IncompleteSignature",
            "The request signature does not conform to Alibaba Cloud standards: header " + name +
                " must be sent and listed in SignedHeaders."});
    auto const text = sign::acs3::string_to_sign(acs3_canonical_request(head, target, *authorization, body_sha256));
    auto const expected = sign::acs3::signature(text, signer->secret.access_key_secret.reveal());
    // A stated digest that is not the body's was signed over other bytes than these.
    if (!equal_in_constant_time(expected, authorization->signature) ||
        head.field("x-acs-content-sha256") != body_sha256)
        return refuse(signature_mismatch(text));

    // Last, so that nobody but the owner of the key can use a nonce up.
    if (auto why = use_nonce(head.field("x-acs-signature-nonce")))
        return refuse(std::move(*why));
    return {std::nullopt, signer};
}

std::optional<ims_refusal> acs3_verifier::check_date(request_head const& head) const
{
    auto const date = parse_acs_date(head.field("x-acs-date"));
    if (!date)
        return ims_refusal{400, "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted: x-acs-date must be yyyy-MM-ddTHH:mm:ssZ."};
    if (std::chrono::abs(clock_->now() - system_time(*date)) > allowed_skew)
        return ims_refusal{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."};
    return std::nullopt;
}

std::optional<ims_refusal> acs3_verifier::check_token(request_head const& head, token_registry::key const& signer) const
{
    auto const sent = head.field("x-acs-security-token");
    auto const& wanted = signer.secret.security_token;
    if (sent == wanted.reveal())
    {
        if (tokens_.expired(signer))
            return ims_refusal{400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."};
        return std::nullopt;
    }
    if (sent.empty())
        return ims_refusal{
            400, "MissingSecurityToken", "SecurityToken is mandatory for this action: header x-acs-security-token."};
    return ims_refusal{
        400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."};
}

std::optional<ims_refusal> acs3_verifier::use_nonce(std::string_view nonce)
{
    auto const now = clock_->now();
    if (now >= next_sweep_)
    {
        std::erase_if(nonces_, [&](auto const& used) { return used.second < now; });
        next_sweep_ = now + allowed_skew;
    }
    // A date may lie this far ahead, and its request be sent again until it is this far behind.
    if (auto const [place, is_new] = nonces_.emplace(nonce, now + 2 * allowed_skew); !is_new)
        return ims_refusal{400, "SignatureNonceUsed", "Specified signature nonce was used already."};
    return std::nullopt;
}

}  // namespace sluice::emulator
