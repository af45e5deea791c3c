#include "sign/acs3.hpp"

#include "base/hex.hpp"
#include "base/percent.hpp"
#include "sign/canonical.hpp"

#include <algorithm>
#include <functional>

namespace sluice::sign::acs3
{

namespace
{

constexpr std::string_view algorithm = "ACS3-HMAC-SHA256";

bool takes_part(std::string_view name) noexcept
{
    return starts_with_ignoring_case(name, "x-acs-") || equal_ignoring_case(name, "host") ||
           equal_ignoring_case(name, "content-type");
}

sorted_fields signed_headers(std::span<field_view const> headers)
{
    auto selected = select_headers(headers, takes_part);
    // The values of one name are joined in the order of the values.
    std::ranges::sort(selected, [](field_view const& a, field_view const& b) {
        return equal_ignoring_case(a.first, b.first) ? a.second < b.second : less_ignoring_case(a.first, b.first);
    });
    return selected;
}

// The vendor's signer takes the path as it is sent, but for three spellings that URL encoders differ in.
void append_path(std::string& out, std::string_view path)
{
    if (path.empty())
        out += '/';
    while (!path.empty())
    {
        if (path.starts_with("%7E"))
        {
            out += '~';
            path.remove_prefix(3);
            continue;
        }
        if (path.front() == '+')
            out += "%20";
        else if (path.front() == '*')
            out += "%2A";
        else
            out += path.front();
        path.remove_prefix(1);
    }
}

void append_query(std::string& out, std::span<field_view const> query)
{
    bool first = true;
    for (auto const& [name, value] : sort_by_name(query, std::less()))  // by the name, not by `name=value`
    {
        if (!first)
            out += '&';
        first = false;
        append_uri_encoded(out, name, slash::escape);
        out += '=';
        append_uri_encoded(out, value, slash::escape);
    }
}

std::string canonical_request(request const& r, sorted_fields const& headers)
{
    std::string out;
    out.reserve(1024);  // that of a call with a security token has about 900 bytes
    out += r.method;
    out += '\n';
    append_path(out, r.path);
    out += '\n';
    append_query(out, r.query);
    out += '\n';
    append_header_lines(out, headers);
    out += '\n';
    append_header_names(out, headers);
    out += '\n';
    out += r.payload_sha256;
    return out;
}

}  // namespace

std::string canonical_query(std::span<field_view const> query)
{
    std::string out;
    append_query(out, query);
    return out;
}

std::string signed_header_names(std::span<field_view const> headers)
{
    std::string out;
    append_header_names(out, signed_headers(headers));
    return out;
}

std::string canonical_request(request const& r)
{
    return canonical_request(r, signed_headers(r.headers));
}

std::string string_to_sign(std::string_view canonical_request)
{
    std::string out(algorithm);
    out += '\n';
    append_hex(out, sha256(canonical_request));
    return out;
}

std::string signature(std::string_view string_to_sign, std::string_view access_key_secret)
{
    return to_hex(hmac_sha256(as_bytes(access_key_secret), string_to_sign));
}

std::string authorization(request const& r, std::string_view access_key_id, std::string_view access_key_secret)
{
    keyed_hmac_sha256 key(as_bytes(access_key_secret));
    return authorization(r, access_key_id, key);
}

std::string authorization(request const& r, std::string_view access_key_id, keyed_hmac_sha256& key)
{
    auto const headers = signed_headers(r.headers);
    auto const to_sign = string_to_sign(canonical_request(r, headers));

    std::string out(algorithm);
    out += " Credential=";
    out += access_key_id;
    out += ",SignedHeaders=";
    append_header_names(out, headers);
    out += ",Signature=";
    append_hex(out, key(to_sign));
    return out;
}

}  // namespace sluice::sign::acs3
