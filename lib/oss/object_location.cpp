#include "oss/object_location.hpp"

#include "base/percent.hpp"
#include "base/text.hpp"
#include "oss/printable.hpp"

#include <algorithm>
#include <array>

namespace sluice::oss
{

namespace
{

constexpr std::string_view vendor_domain = ".aliyuncs.com";
constexpr std::size_t max_key_bytes = 1023;

bool is_label_character(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_valid_region(std::string_view region) noexcept
{
    return !region.empty() && std::all_of(region.begin(), region.end(), is_label_character);
}

// What is left when both ends are taken off; nothing when `text` does not have them.
std::optional<std::string_view> between(std::string_view text, std::string_view front, std::string_view back) noexcept
{
    if (text.size() <= front.size() + back.size() || !text.starts_with(front) || !text.ends_with(back))
        return std::nullopt;
    return text.substr(front.size(), text.size() - front.size() - back.size());
}

bool is_accelerate_endpoint(std::string_view host) noexcept
{
    return host == "oss-accelerate.aliyuncs.com" || host == "oss-accelerate-overseas.aliyuncs.com";
}

// cb-{id}.{region}.oss-cloudbox[-control].aliyuncs.com: the box's id takes the region's place in a signature.
std::optional<std::string_view> cloud_box_id(std::string_view host) noexcept
{
    for (std::string_view const service : {".oss-cloudbox.aliyuncs.com", ".oss-cloudbox-control.aliyuncs.com"})
    {
        auto const front = between(host, "cb-", service);
        if (!front)
            continue;
        auto const dot = front->find('.');
        if (dot == 0 || dot == std::string_view::npos || !is_valid_region(front->substr(0, dot)) ||
            !is_valid_region(front->substr(dot + 1)))
            return std::nullopt;
        return host.substr(0, std::string_view("cb-").size() + dot);
    }
    return std::nullopt;
}

std::optional<std::string_view> plain_region(std::string_view host) noexcept
{
    if (is_accelerate_endpoint(host))
        return std::nullopt;

    auto region = between(host, "", ".oss.aliyuncs.com");  // dual stack
    if (!region)
        region = between(host, "vpc100-oss-", vendor_domain);  // old VPC
    if (!region)
    {
        region = between(host, "oss-", "-internal.aliyuncs.com");
        if (!region)
            region = between(host, "oss-", vendor_domain);
    }
    if (!region || !is_valid_region(*region))
        return std::nullopt;
    return region;
}

error refused(std::string_view what, std::string_view value, std::string_view rule)
{
    error e(errc::invalid_argument);
    e.message.append(what).append(" \"").append(printable(value, 80)).append("\" is not allowed: ").append(rule);
    e.attempts = 0;
    return e;
}

// Some hand out the endpoint with a path, which means nothing: that of a request is made from bucket and key.
std::string_view without_path(std::string_view url)
{
    auto const scheme = url.find("://");
    return url.substr(0, url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3));
}

// Some hand out the endpoint with the bucket's label in front already.
std::string_view without_bucket(std::string_view host, std::string_view bucket)
{
    if (host.size() > bucket.size() + 1 && host.starts_with(bucket) && host[bucket.size()] == '.' &&
        is_service_endpoint(host.substr(bucket.size() + 1)))
        return host.substr(bucket.size() + 1);
    return host;
}

// A certificate for, and a name look-up of, bucket.{address} cannot be, so addresses and localhost take the path style
// by themselves, as in the vendor's clients. The service's own endpoints have a wildcard for buckets, and refuse the
// path style. Any other name can only be a domain that its owner has bound to one bucket.
addressing style_of(endpoint const& where)
{
    if (where.host_is_address || where.host == "localhost")
        return addressing::path;
    return is_service_endpoint(where.host) ? addressing::virtual_host : addressing::custom_domain;
}

}  // namespace

endpoint object_location::origin() const
{
    endpoint result = where;
    if (style == addressing::virtual_host)
        result.host = bucket + "." + where.host;
    return result;
}

std::string object_location::path() const
{
    std::string result = "/";
    if (style == addressing::path)
        result.append(bucket).append("/");
    // Byte for byte: "a//b" and "a/../b" are keys of their own.
    append_uri_encoded(result, key, slash::keep);
    return result;
}

std::string object_location::url() const
{
    return "oss://" + bucket + "/" + key;
}

std::optional<region_of_endpoint> region_from_endpoint(std::string_view host)
{
    if (auto const id = cloud_box_id(host))
        return region_of_endpoint{std::string(*id), "oss-cloudbox"};
    if (auto const region = plain_region(host))
        return region_of_endpoint{std::string(*region), "oss"};
    return std::nullopt;
}

bool is_service_endpoint(std::string_view host)
{
    return is_accelerate_endpoint(host) || region_from_endpoint(host).has_value();
}

bool is_valid_bucket(std::string_view bucket) noexcept
{
    return bucket.size() >= 3 && bucket.size() <= 63 && std::all_of(bucket.begin(), bucket.end(), is_label_character) &&
           bucket.front() != '-' && bucket.back() != '-';
}

bool is_valid_key(std::string_view key) noexcept
{
    auto const is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return !key.empty() && key.size() <= max_key_bytes && key.front() != '/' && key.front() != '\\' &&
           is_valid_utf8(key) && std::none_of(key.begin(), key.end(), is_control);
}

result<object_location> make_location(
    std::string_view endpoint_url, std::string_view bucket, std::string_view key, std::string_view region)
{
    auto where = parse_endpoint(without_path(endpoint_url));
    if (!where)
    {
        error e = where.error();
        e.attempts = 0;
        return e;
    }
    if (!is_valid_bucket(bucket))
        return refused(
            "The bucket name", bucket, "3 to 63 lower-case letters, digits and dashes, with no dash at either end");
    if (!key.empty() && !is_valid_key(key))
        return refused("The object key", key,
            "1 to 1023 bytes of UTF-8 with no control characters, and no / or \\ at its beginning");

    auto const stated = region.starts_with("oss-") ? region.substr(4) : region;
    if (!region.empty() && !is_valid_region(stated))
        return refused("The region", region, "lower-case letters, digits and dashes, such as cn-shanghai");

    object_location at;
    at.where = std::move(*where);
    at.where.host = without_bucket(at.where.host, bucket);
    at.bucket = bucket;
    at.key = key;
    at.style = style_of(at.where);
    if (auto known = region_from_endpoint(at.where.host))
    {
        at.region = std::move(known->region);
        at.product = std::move(known->product);
    }
    if (!stated.empty() && at.product == "oss")
        at.region = stated;
    return at;
}

}  // namespace sluice::oss
