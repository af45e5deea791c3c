#pragma once

#include "emulator/oss_error.hpp"

#include <map>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// What a request is about. bucket empty: the service itself; key empty: the bucket itself.
struct oss_location
{
    std::string bucket{};
    std::string key{};
    std::string region{};  // that the host names; empty when it names none
};

// Chooses the bucket by the Host header, not by the address that was connected to: a client may reach the emulator by
// any way and still name the real service. path: decoded. custom_domains: host -> bucket.
oss_result<oss_location> locate(
    std::string_view host_header, std::string_view path, std::map<std::string, std::string> const& custom_domains);

// The box id of a cloud box's host: it stands in the region's place in signature V4. Empty for other hosts.
std::string cloud_box_id(std::string_view host_header);

// Lower case, without port and brackets.
std::string host_name(std::string_view host_header);

}  // namespace sluice::emulator
