#pragma once

#include "base/digest.hpp"
#include "sign/field_view.hpp"
#include "sign/scratch.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::sign
{

// ACS3-HMAC-SHA256, the signature of the vendor's OpenAPI: pure functions.
namespace acs3
{

struct request
{
    std::string_view method;
    std::string_view path;  // "/" for RPC
    std::span<field_view const> query;
    std::span<field_view const> headers;  // all that are sent, Authorization excepted
    std::string_view payload_sha256;      // lower-case hex of the body's digest, as in x-acs-content-sha256
};

std::string canonical_query(std::span<field_view const> query);
// Names of the headers that take part: host, content-type, x-acs-*; lower case, sorted, joined with `;`.
std::string signed_header_names(std::span<field_view const> headers);
std::string canonical_request(request const& r);
std::string string_to_sign(std::string_view canonical_request);
std::string signature(std::string_view string_to_sign, std::string_view access_key_secret);
std::string authorization(request const& r, std::string_view access_key_id, std::string_view access_key_secret);

// The same for one request after the other; `key`: of the bytes of the access key secret. The canonical query is what
// canonical_query(r.query) would give, and may be a part of `out`; r.query is not looked at.
void append_canonical_query(std::string& out, std::span<field_view const> query, scratch& with);
void append_authorization(std::string& out, request const& r, std::string_view canonical_query,
    std::string_view access_key_id, keyed_hmac_sha256& key, scratch& with);

}  // namespace acs3

}  // namespace sluice::sign
