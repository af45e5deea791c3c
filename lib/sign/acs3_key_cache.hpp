#pragma once

#include "base/digest.hpp"

#include <sluice/secret.hpp>

#include <optional>
#include <string_view>

namespace sluice::sign
{

// The key of ACS3 signatures, prepared once for as long as the access key secret stays the same.
// Not thread-safe: one for each strand.
class acs3_key_cache
{
public:
    // What it returns is valid until the next call.
    keyed_hmac_sha256& key(std::string_view access_key_secret);

private:
    secret_string secret_;
    std::optional<keyed_hmac_sha256> key_;
};

}  // namespace sluice::sign
