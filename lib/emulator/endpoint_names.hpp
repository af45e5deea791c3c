#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

enum class service_kind
{
    ims,
    oss
};

// The vendor's service that answers on this host in the real world; nothing for any other host.
// authority: value of a Host header, in any case, with or without a port.
std::optional<service_kind> service_of_host(std::string_view authority);

// Host without its port and in lower case.
std::string host_of_authority(std::string_view authority);

// Names a certificate must have to pass for the vendor's IMS and OSS endpoints of all public regions, a bucket label in
// front of the latter included. region: one more, which need not be public.
std::vector<std::string> vendor_host_names(std::string_view region);

}  // namespace sluice::emulator
