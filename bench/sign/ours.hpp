#pragma once

#include "base/digest.hpp"
#include "sign/acs3_key_cache.hpp"
#include "sign/sample.hpp"

#include <string>
#include <string_view>

namespace bench
{

// The SDK's own way to a signature, all that it caches in its place: what the Authorization header says.
class own_signer
{
public:
    sluice::sha256_digest hmac(std::string_view text);
    std::string acs3(sample_call const& call);
    std::string oss_v4(sample_part const& part);
    std::string oss_v1(sample_part const& part);

private:
    sluice::keyed_hmac_sha256 hmac_{sluice::as_bytes(sample_secret)};
    sluice::sign::acs3_key_cache acs3_keys_;
    sluice::sign::oss_v4_key_cache keys_;
    sluice::sign::scratch scratch_;
    std::string query_;
};

}  // namespace bench
