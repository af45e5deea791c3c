#pragma once

#include "base/digest.hpp"
#include "sign/field_view.hpp"
#include "sign/scratch.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sign
{

// The derived keys of signature V4: one for each secret, UTC day, region and product. Keeps the newest few, wipes what
// it drops.
// Not thread-safe: one for each strand.
class oss_v4_key_cache
{
public:
    // One upload needs one key, two around midnight; many are in use when many grants are.
    static constexpr std::size_t capacity = 64;

    oss_v4_key_cache();
    ~oss_v4_key_cache();
    oss_v4_key_cache(oss_v4_key_cache const&) = delete;
    oss_v4_key_cache& operator=(oss_v4_key_cache const&) = delete;

    // day: YYYYMMDD. What it returns is valid until the next call.
    keyed_hmac_sha256& key(
        std::string_view access_key_secret, std::string_view day, std::string_view region, std::string_view product);

    [[nodiscard]] std::size_t size() const noexcept;

private:
    struct entry;
    std::vector<entry> entries_;  // the newest last
};

// OSS4-HMAC-SHA256, in the Authorization header or in the query of a presigned URL. Pure functions.
namespace oss_v4
{

struct scope
{
    std::string_view day;  // YYYYMMDD
    std::string_view region;
    std::string_view product;  // "oss"; "oss-cloudbox" with the box id in the region's place
};

struct request
{
    std::string_view method;
    std::string_view bucket;  // empty: the service itself
    std::string_view key;     // decoded; empty: the bucket itself
    std::span<field_view const> query;
    std::span<field_view const> headers;                   // all that are sent, Authorization excepted
    std::span<std::string_view const> additional_headers;  // further headers to sign; absent and default ones drop out
};

sha256_digest derive_key(std::string_view access_key_secret, scope const& s);
std::string scope_text(scope const& s);  // 20260330/cn-hangzhou/oss/aliyun_v4_request
std::string canonical_request(request const& r);
// timestamp: 20260330T080530Z
std::string string_to_sign(std::string_view timestamp, scope const& s, std::string_view canonical_request);
std::string signature(sha256_digest const& key, std::string_view string_to_sign);

// Value of the Authorization header; `key`: a derived one. x-oss-date, x-oss-content-sha256 and a token are already
// among the headers.
std::string authorization(request const& r, std::string_view timestamp, scope const& s, std::string_view access_key_id,
    sha256_digest const& key);

// The same for one request after the other.
void append_authorization(std::string& out, request const& r, std::string_view timestamp, scope const& s,
    std::string_view access_key_id, keyed_hmac_sha256& key, scratch& with);

// The query parameters that make a presigned URL of `r`, in the order they are to be appended to its query;
// x-oss-signature is the last. lifetime: 1 to 604800 s.
std::vector<std::pair<std::string, std::string>> presign(request const& r, std::string_view timestamp, scope const& s,
    std::string_view access_key_id, std::string_view security_token, std::chrono::seconds lifetime,
    sha256_digest const& key);

}  // namespace oss_v4

}  // namespace sluice::sign
