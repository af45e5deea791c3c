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

// The values of one name are joined in the order of the values.
bool comes_before(field_view const& a, field_view const& b) noexcept
{
    return equal_ignoring_case(a.first, b.first) ? a.second < b.second : less_ignoring_case(a.first, b.first);
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

// Into `with.text`. Returns the names of the signed headers, as they stand there.
std::string_view make_canonical_request(request const& r, std::string_view canonical_query, scratch& with)
{
    auto& out = with.text;
    out.assign(r.method);
    out += '\n';
    append_path(out, r.path);
    out += '\n';
    out += canonical_query;
    out += '\n';
    select_headers(with.fields, r.headers, takes_part, comes_before);
    append_header_lines(out, with.fields);
    out += '\n';
    auto const names = out.size();
    append_header_names(out, with.fields);
    auto const names_end = out.size();
    out += '\n';
    out += r.payload_sha256;
    return std::string_view(out).substr(names, names_end - names);
}

}  // namespace

void append_canonical_query(std::string& out, std::span<field_view const> query, scratch& with)
{
    sort_by_name(with.fields, query, std::less());  // by the name, not by `name=value`
    bool first = true;
    for (auto const& [name, value] : with.fields)
    {
        if (!first)
            out += '&';
        first = false;
        append_uri_encoded(out, name, slash::escape);
        out += '=';
        append_uri_encoded(out, value, slash::escape);
    }
}

std::string canonical_query(std::span<field_view const> query)
{
    std::string out;
    scratch with;
    append_canonical_query(out, query, with);
    return out;
}

std::string signed_header_names(std::span<field_view const> headers)
{
    std::string out;
    sorted_fields selected;
    select_headers(selected, headers, takes_part, comes_before);
    append_header_names(out, selected);
    return out;
}

std::string canonical_request(request const& r)
{
    scratch with;
    make_canonical_request(r, canonical_query(r.query), with);
    return with.text;
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
    std::string out;
    scratch with;
    append_authorization(out, r, canonical_query(r.query), access_key_id, key, with);
    return out;
}

void append_authorization(std::string& out, request const& r, std::string_view canonical_query,
    std::string_view access_key_id, keyed_hmac_sha256& key, scratch& with)
{
    auto const signed_headers = make_canonical_request(r, canonical_query, with);
    auto const digest = sha256(with.text);
    out += algorithm;
    out += " Credential=";
    out += access_key_id;
    out += ",SignedHeaders=";
    out += signed_headers;
    out += ",Signature=";

    with.text.assign(algorithm);
    with.text += '\n';
    append_hex(with.text, digest);
    append_hex(out, key(with.text));
}

}  // namespace sluice::sign::acs3
