#include "sign/oss_v1.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "sign/canonical.hpp"

#include <algorithm>
#include <functional>

namespace sluice::sign::oss_v1
{

namespace
{

// Query parameters that are part of the resource, in byte order: the documented ones of buckets and objects.
constexpr std::string_view subresources[] = {"acl", "append", "asyncFetch", "bucketInfo", "callback", "callback-var",
    "cloudboxes", "comp", "continuation-token", "cors", "delete", "encryption", "endTime", "inventory", "inventoryId",
    "lifecycle", "live", "location", "logging", "objectMeta", "partNumber", "policy", "position", "qos", "qosInfo",
    "referer", "regionList", "requestPayment", "response-cache-control", "response-content-disposition",
    "response-content-encoding", "response-content-language", "response-content-type", "response-expires", "restore",
    "security-token", "sequential", "startTime", "stat", "status", "symlink", "tagging", "uploadId", "uploads",
    "versionId", "versioning", "versions", "vod", "website", "worm", "wormExtend", "wormId"};
static_assert(std::ranges::is_sorted(subresources));

bool is_oss_header(std::string_view name) noexcept
{
    return starts_with_ignoring_case(name, "x-oss-");
}

void append_resource(std::string& out, request const& r)
{
    out += '/';
    if (!r.bucket.empty())
    {
        out += r.bucket;
        out += '/';
    }
    out += r.key;
}

void append_subresources(std::string& out, std::span<field_view const> query)
{
    sorted_fields sorted;
    sort_by_name(sorted, query, std::less());
    char separator = '?';
    for (auto const& [name, value] : sorted)
    {
        if (!is_subresource(name))
            continue;
        out += separator;
        separator = '&';
        out += name;
        if (value.empty())
            continue;
        out += '=';
        out += value;
    }
}

std::string_view date_slot(request const& r)
{
    auto const oss_date = header_value(r.headers, "x-oss-date");
    return !oss_date.empty() ? oss_date : header_value(r.headers, "date");
}

}  // namespace

bool is_subresource(std::string_view query_name) noexcept
{
    return query_name.starts_with("x-oss-") || std::ranges::binary_search(subresources, query_name);
}

std::string string_to_sign(request const& r, std::string_view date_slot)
{
    std::string out;
    out.reserve(1536);
    for (auto const line :
        {r.method, header_value(r.headers, "content-md5"), header_value(r.headers, "content-type"), date_slot})
    {
        out += line;
        out += '\n';
    }
    sorted_fields headers;
    select_headers(headers, r.headers, is_oss_header);
    append_header_lines(out, headers);
    append_resource(out, r);
    append_subresources(out, r.query);
    return out;
}

std::string signature(std::string_view string_to_sign, std::string_view access_key_secret)
{
    return base64_encode(hmac_sha1(as_bytes(access_key_secret), string_to_sign));
}

std::string authorization(request const& r, std::string_view access_key_id, std::string_view access_key_secret)
{
    std::string out = "OSS ";
    out += access_key_id;
    out += ':';
    out += signature(string_to_sign(r, date_slot(r)), access_key_secret);
    return out;
}

std::vector<std::pair<std::string, std::string>> presign(request const& r, utc_seconds expires,
    std::string_view access_key_id, std::string_view access_key_secret, std::string_view security_token)
{
    std::vector<field_view> query(r.query.begin(), r.query.end());
    if (!security_token.empty())
        query.emplace_back("security-token", security_token);
    auto whole = r;
    whole.query = query;
    auto const life_end = std::to_string(expires.time_since_epoch().count());

    std::vector<std::pair<std::string, std::string>> added;
    added.emplace_back("OSSAccessKeyId", access_key_id);
    added.emplace_back("Expires", life_end);
    added.emplace_back("Signature", signature(string_to_sign(whole, life_end), access_key_secret));
    if (!security_token.empty())
        added.emplace_back("security-token", security_token);
    return added;
}

}  // namespace sluice::sign::oss_v1
