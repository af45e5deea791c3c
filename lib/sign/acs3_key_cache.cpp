#include "sign/acs3_key_cache.hpp"

namespace sluice::sign
{

keyed_hmac_sha256& acs3_key_cache::key(std::string_view access_key_secret)
{
    if (!key_ || secret_.reveal() != access_key_secret)
    {
        key_.emplace(as_bytes(access_key_secret));
        secret_ = secret_string(access_key_secret);
    }
    return *key_;
}

}  // namespace sluice::sign
