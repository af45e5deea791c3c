#pragma once

#include "base/utc_time.hpp"
#include "sign/field_view.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sign::oss_v1
{

// Signature V1 ("OSS id:base64(HMAC-SHA1)"): pure functions.
struct request
{
    std::string_view method;
    std::string_view bucket;
    std::string_view key;                 // decoded
    std::span<field_view const> query;    // decoded; those that are no sub-resource are left out of the signature
    std::span<field_view const> headers;  // all that are sent, Authorization excepted
};

bool is_subresource(std::string_view query_name) noexcept;

// date_slot: the value of x-oss-date when sent, else of Date; for a presigned URL the Unix time it expires at.
std::string string_to_sign(request const& r, std::string_view date_slot);
std::string signature(std::string_view string_to_sign, std::string_view access_key_secret);  // base64
std::string authorization(request const& r, std::string_view access_key_id, std::string_view access_key_secret);

// OSSAccessKeyId, Expires, Signature and, with a token, security-token: to be appended to the query.
std::vector<std::pair<std::string, std::string>> presign(request const& r, utc_seconds expires,
    std::string_view access_key_id, std::string_view access_key_secret, std::string_view security_token);

}  // namespace sluice::sign::oss_v1
