#include "sign/oss_v4.hpp"

#include "base/hex.hpp"
#include "base/percent.hpp"
#include "base/wipe.hpp"
#include "sign/canonical.hpp"

#include <algorithm>
#include <utility>

namespace sluice::sign::oss_v4
{

namespace
{

constexpr std::string_view algorithm = "OSS4-HMAC-SHA256";
constexpr std::string_view scope_end = "aliyun_v4_request";

bool is_signed_by_default(std::string_view name) noexcept
{
    return starts_with_ignoring_case(name, "x-oss-") || equal_ignoring_case(name, "content-type") ||
           equal_ignoring_case(name, "content-md5");
}

bool is_additional(std::span<std::string_view const> additional, std::string_view name) noexcept
{
    return !additional.empty() && !is_signed_by_default(name) &&
           std::ranges::any_of(additional, [name](std::string_view a) { return equal_ignoring_case(a, name); });
}

// The additional headers that the request has; the signature names only these.
void select_additional(sorted_fields& out, request const& r)
{
    select_headers(out, r.headers, [&r](std::string_view name) { return is_additional(r.additional_headers, name); });
}

void select_signed(sorted_fields& out, request const& r)
{
    select_headers(out, r.headers, [&r](std::string_view name) {
        return is_signed_by_default(name) || is_additional(r.additional_headers, name);
    });
}

void append_resource(std::string& out, request const& r)
{
    out += '/';
    if (!r.bucket.empty())
    {
        append_uri_encoded(out, r.bucket, slash::keep);
        out += '/';
    }
    append_uri_encoded(out, r.key, slash::keep);
}

void append_query(std::string& out, std::span<field_view const> query, sorted_fields& sorted)
{
    sort_by_name(sorted, query, less_uri_encoded);
    bool first = true;
    for (auto const& [name, value] : sorted)
    {
        if (!first)
            out += '&';
        first = false;
        append_uri_encoded(out, name, slash::escape);
        if (value.empty())
            continue;  // no `=` after a name without a value
        out += '=';
        append_uri_encoded(out, value, slash::escape);
    }
}

void append_scope(std::string& out, scope const& s)
{
    for (auto const part : {s.day, s.region, s.product})
    {
        out += part;
        out += '/';
    }
    out += scope_end;
}

void append_canonical_request(std::string& out, request const& r, sorted_fields& room)
{
    out += r.method;
    out += '\n';
    append_resource(out, r);
    out += '\n';
    append_query(out, r.query, room);
    out += '\n';
    select_signed(room, r);
    append_header_lines(out, room);
    out += '\n';
    select_additional(room, r);
    append_header_names(out, room);
    out += '\n';
    auto const payload = header_value(r.headers, "x-oss-content-sha256");
    out += payload.empty() ? "UNSIGNED-PAYLOAD" : payload;
}

void append_string_to_sign(
    std::string& out, std::string_view timestamp, scope const& s, sha256_digest const& canonical_request)
{
    out += algorithm;
    out += '\n';
    out += timestamp;
    out += '\n';
    append_scope(out, s);
    out += '\n';
    append_hex(out, canonical_request);
}

// One step of the derivation; the key it starts from is wiped.
sha256_digest next_key(sha256_digest& key, std::string_view data)
{
    auto const next = hmac_sha256(key, data);
    wipe(key.data(), key.size());
    return next;
}

}  // namespace

sha256_digest derive_key(std::string_view access_key_secret, scope const& s)
{
    std::string start;
    start.reserve(9 + access_key_secret.size());  // grown later, it would leave the secret behind in freed memory
    start += "aliyun_v4";
    start += access_key_secret;
    auto key = hmac_sha256(as_bytes(start), s.day);
    wipe(start.data(), start.size());
    for (auto const step : {s.region, s.product, scope_end})
        key = next_key(key, step);
    return key;
}

std::string scope_text(scope const& s)
{
    std::string out;
    append_scope(out, s);
    return out;
}

std::string canonical_request(request const& r)
{
    std::string out;
    sorted_fields room;
    append_canonical_request(out, r, room);
    return out;
}

std::string string_to_sign(std::string_view timestamp, scope const& s, std::string_view canonical_request)
{
    std::string out;
    append_string_to_sign(out, timestamp, s, sha256(canonical_request));
    return out;
}

std::string signature(sha256_digest const& key, std::string_view string_to_sign)
{
    return to_hex(hmac_sha256(key, string_to_sign));
}

std::string authorization(request const& r, std::string_view timestamp, scope const& s, std::string_view access_key_id,
    sha256_digest const& key)
{
    keyed_hmac_sha256 keyed(key);
    std::string out;
    scratch with;
    append_authorization(out, r, timestamp, s, access_key_id, keyed, with);
    return out;
}

void append_authorization(std::string& out, request const& r, std::string_view timestamp, scope const& s,
    std::string_view access_key_id, keyed_hmac_sha256& key, scratch& with)
{
    out += algorithm;
    out += " Credential=";
    out += access_key_id;
    out += '/';
    append_scope(out, s);
    select_additional(with.fields, r);
    if (!with.fields.empty())
    {
        out += ",AdditionalHeaders=";
        append_header_names(out, with.fields);
    }

    with.text.clear();
    append_canonical_request(with.text, r, with.fields);
    auto const digest = sha256(with.text);
    with.text.clear();
    append_string_to_sign(with.text, timestamp, s, digest);
    out += ",Signature=";
    append_hex(out, key(with.text));
}

std::vector<std::pair<std::string, std::string>> presign(request const& r, std::string_view timestamp, scope const& s,
    std::string_view access_key_id, std::string_view security_token, std::chrono::seconds lifetime,
    sha256_digest const& key)
{
    std::vector<std::pair<std::string, std::string>> added;
    added.emplace_back("x-oss-signature-version", algorithm);
    added.emplace_back("x-oss-credential", std::string(access_key_id) + '/' + scope_text(s));
    added.emplace_back("x-oss-date", timestamp);
    added.emplace_back("x-oss-expires", std::to_string(lifetime.count()));
    if (!security_token.empty())
        added.emplace_back("x-oss-security-token", security_token);
    sorted_fields additional;
    select_additional(additional, r);
    if (!additional.empty())
        append_header_names(added.emplace_back("x-oss-additional-headers", "").second, additional);

    std::vector<field_view> query(r.query.begin(), r.query.end());
    query.insert(query.end(), added.begin(), added.end());
    auto whole = r;
    whole.query = query;
    added.emplace_back("x-oss-signature", signature(key, string_to_sign(timestamp, s, canonical_request(whole))));
    return added;
}

}  // namespace sluice::sign::oss_v4
