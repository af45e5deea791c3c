#pragma once

#include "base/endpoint.hpp"

#include <sluice/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sluice::oss
{

enum class addressing
{
    virtual_host,  // bucket.endpoint/key
    path,          // endpoint/bucket/key: address literals and localhost
    custom_domain  // endpoint/key: a domain bound to the bucket
};

// Where an object lives, and how it is reached and signed.
struct object_location
{
    endpoint where;  // of the service, without the bucket
    std::string bucket;
    std::string key;     // decoded; empty: the bucket itself
    std::string region;  // for signature V4; empty: unknown, so V1
    std::string product = "oss";
    addressing style = addressing::virtual_host;

    [[nodiscard]] endpoint origin() const;   // what to connect to: with the bucket's label where the style has one
    [[nodiscard]] std::string path() const;  // of the request target, percent-encoded, with a leading slash
    [[nodiscard]] std::string url() const;   // oss://bucket/key, for messages
};

struct region_of_endpoint
{
    std::string region;
    std::string product;
};
// By the host's form (public, internal, dual stack, old VPC, cloud box); nothing for accelerate and custom domains.
std::optional<region_of_endpoint> region_from_endpoint(std::string_view host);

// The host is one of the service's own endpoints, in any of its forms: accelerate too.
bool is_service_endpoint(std::string_view host);

// 3 to 63 of a-z, 0-9 and dash; neither the first nor the last is a dash.
bool is_valid_bucket(std::string_view bucket) noexcept;
// 1 to 1023 bytes of UTF-8 without control characters; the first is neither a slash nor a backslash.
bool is_valid_key(std::string_view key) noexcept;

// Fills in style, region and product from the endpoint. `region`, if not empty, wins over the endpoint's; the service's
// own prefix "oss-" is taken off it. For a cloud box, which signs with its id, the endpoint's form wins.
// An empty key stands for the bucket itself.
// Errors: errc::invalid_argument for a bucket, key or region that the service does not allow, or a bad endpoint.
result<object_location> make_location(
    std::string_view endpoint_url, std::string_view bucket, std::string_view key, std::string_view region);

}  // namespace sluice::oss
