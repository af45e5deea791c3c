#include "emulator/oss_auth.hpp"

#include "base/hex.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::string_view scope_end = "aliyun_v4_request";
constexpr std::string_view payload = "UNSIGNED-PAYLOAD";
constexpr std::size_t day_digits = 8;
constexpr std::uint64_t longest_life = 604800;  // seconds

oss_error bad_authorization(std::string_view what, std::string_view value, std::string ec = {})
{
    return invalid_argument(
        "Invalid " + std::string(what) + " in Authorization header.", "Authorization", value, std::move(ec));
}

oss_error bad_date(std::string_view value, std::string ec)
{
    return access_denied(
        value.empty() ? "OSS authentication requires a Date." : "OSS authentication requires a valid Date.",
        std::move(ec));
}

// Cuts off the text after the last '/', and returns it; all of the text when there is none.
std::string_view cut_last(std::string_view& text)
{
    auto const slash = text.rfind('/');
    auto const last = slash == std::string_view::npos ? text : text.substr(slash + 1);
    text = slash == std::string_view::npos ? std::string_view{} : text.substr(0, slash);
    return last;
}

}  // namespace

struct oss_verifier::v4_claim
{
    std::string_view day;
    std::string_view region;
    std::string_view product;
    std::string timestamp;  // 20260330T080530Z
    std::vector<std::string_view> additional_headers;

    [[nodiscard]] sign::oss_v4::scope scope() const { return {day, region, product}; }

    // ID/DAY/REGION/PRODUCT/aliyun_v4_request: the id may have slashes itself.
    oss_refusal read_credential(std::string_view credential, claim& c)
    {
        auto rest = credential;
        auto const end = cut_last(rest);
        product = cut_last(rest);
        region = cut_last(rest);
        day = cut_last(rest);
        if (end != scope_end || rest.empty())
            return bad_authorization("Credential", credential, "0002-00000213");
        c.access_key_id = rest;
        return std::nullopt;
    }

    oss_refusal read_additional_headers(std::string_view names)
    {
        if (names.empty())
            return bad_authorization("AdditionalHeaders", names, "0002-00000209");
        for (std::size_t begin = 0; begin <= names.size();)
        {
            auto const end = std::min(names.find(';', begin), names.size());
            if (end == begin)
                return bad_authorization("AdditionalHeaders", names, "0002-00000210");
            additional_headers.push_back(names.substr(begin, end - begin));
            begin = end + 1;
        }
        return std::nullopt;
    }
};

oss_refusal oss_verifier::verify_v4_header(claim& c, std::string_view fields)
{
    v4_claim v;
    std::optional<std::string_view> credential;
    auto rest = trim(fields);
    while (!rest.empty())
    {
        auto const field = trim(rest.substr(0, rest.find(',')));
        rest.remove_prefix(std::min(rest.size(), rest.find(',') == rest.npos ? rest.size() : rest.find(',') + 1));
        auto const name = field.substr(0, field.find('='));
        auto const value = field.substr(std::min(field.size(), name.size() + 1));
        if (name == "Credential")
            credential = value;
        else if (name == "Signature")
            c.signature = value;
        else if (name != "AdditionalHeaders")
            return bad_authorization("field", field);
        else if (auto refusal = v.read_additional_headers(value))
            return refusal;
    }
    if (!credential || c.signature.empty())
        return bad_authorization("field", fields);
    if (auto refusal = v.read_credential(*credential, c))
        return refusal;

    c.token = c.head.field("x-oss-security-token");
    if (auto refusal = check_key(c))
        return refusal;

    auto const oss_date = c.head.field("x-oss-date");
    auto const sent = oss_date.empty() ? c.head.field("date") : oss_date;
    if (sent.empty())
        return bad_date(sent, "0002-00000503");
    auto const date = oss_date.empty() ? parse_http_date(sent) : parse_iso8601_basic(sent);
    if (!date)
        return bad_date(sent, "0002-00000505");
    v.timestamp = format_iso8601_basic(*date);
    if (auto refusal = check_scope(c, v))
        return refusal;
    if (auto const sha = c.head.field("x-oss-content-sha256"); sha != payload)
        return invalid_argument("The x-oss-content-sha256 header has to be UNSIGNED-PAYLOAD.", "x-oss-content-sha256",
            sha, "0002-00000214");

    std::vector<sign::field_view> query(c.target.query.begin(), c.target.query.end());
    if (auto refusal = compare_v4(c, v, query))
        return refusal;
    return check_skew(*date);
}

oss_refusal oss_verifier::verify_v4_query(claim& c)
{
    auto const parameter = [&](std::string_view name) {
        auto const* value = c.target.parameter(name);
        return value == nullptr ? std::string_view{} : std::string_view(*value);
    };
    static constexpr std::pair<std::string_view, std::string_view> needed[] = {{"x-oss-signature-version", ""},
        {"x-oss-credential", "0002-00000217"}, {"x-oss-date", ""}, {"x-oss-expires", "0002-00000215"},
        {"x-oss-signature", "0002-00000219"}};
    for (auto const& [name, ec] : needed)
    {
        if (parameter(name).empty())
            return invalid_argument("A presigned URL has to have this parameter.", name, "", std::string(ec));
    }
    if (parameter("x-oss-signature-version") != "OSS4-HMAC-SHA256")
        return invalid_argument(
            "Unsupported signature version.", "x-oss-signature-version", parameter("x-oss-signature-version"));

    v4_claim v;
    if (auto refusal = v.read_credential(parameter("x-oss-credential"), c))
        return refusal;
    if (auto const* names = c.target.parameter("x-oss-additional-headers"))
    {
        if (auto refusal = v.read_additional_headers(*names))
            return refusal;
    }
    c.signature = parameter("x-oss-signature");
    c.token = parameter("x-oss-security-token");
    if (c.token.empty())
        c.token = c.head.field("x-oss-security-token");
    if (auto refusal = check_key(c))
        return refusal;

    auto const date = parse_iso8601_basic(parameter("x-oss-date"));
    if (!date)
        return bad_date(parameter("x-oss-date"), "0002-00000223");
    v.timestamp = format_iso8601_basic(*date);
    if (auto refusal = check_scope(c, v))
        return refusal;
    auto const life = parse_number<std::uint64_t>(parameter("x-oss-expires"));
    if (!life || *life == 0 || *life > longest_life)
        return invalid_argument("x-oss-expires has to be a number of seconds from 1 to 604800.", "x-oss-expires",
            parameter("x-oss-expires"), "0002-00000070");

    std::vector<sign::field_view> query;
    for (auto const& [name, value] : c.target.query)
    {
        if (name != "x-oss-signature")
            query.emplace_back(name, value);
    }
    if (auto refusal = compare_v4(c, v, query))
        return refusal;
    if (*date > now())  // made by a clock that is ahead
    {
        if (auto refusal = check_skew(*date))
            return refusal;
    }
    return check_not_over(*date + std::chrono::seconds(*life));
}

oss_refusal oss_verifier::check_scope(claim const& c, v4_claim const& v) const
{
    if (v.day != std::string_view(v.timestamp).substr(0, day_digits))
        return bad_authorization("signing date", v.day, "0002-00000212");
    auto const box = cloud_box_id(c.head.field("host"));
    auto const& of_endpoint = c.location.region.empty() ? region_ : c.location.region;
    auto const& region = box.empty() ? of_endpoint : box;
    if (v.region != region)
        return bad_authorization("signing region", v.region, "0002-00000226");
    if (v.product != (box.empty() ? "oss" : "oss-cloudbox"))
        return bad_authorization("signing product", v.product, "0002-00000227");
    return std::nullopt;
}

oss_refusal oss_verifier::compare_v4(claim const& c, v4_claim const& v, std::vector<sign::field_view> const& query)
{
    sign::oss_v4::request const request{
        c.head.method, c.location.bucket, c.location.key, query, c.headers, v.additional_headers};
    auto const canonical = sign::oss_v4::canonical_request(request);
    auto const to_sign = sign::oss_v4::string_to_sign(v.timestamp, v.scope(), canonical);
    auto& key = keys_.key(c.key->secret.access_key_secret.reveal(), v.day, v.region, v.product);
    if (to_hex(key(to_sign)) == c.signature)
        return std::nullopt;
    auto refusal = signature_does_not_match(c.access_key_id, c.signature, to_sign, "0002-00000201");
    refusal.details.emplace_back("CanonicalRequest", canonical);
    return refusal;
}

}  // namespace sluice::emulator
