#include "sign/ours.hpp"

namespace bench
{

sluice::sha256_digest own_signer::hmac(std::string_view text)
{
    return hmac_(text);
}

std::string own_signer::acs3(sample_call const& call)
{
    return sluice::sign::acs3::authorization(call.request, sample_id, acs3_keys_.key(sample_secret));
}

std::string own_signer::oss_v4(sample_part const& part)
{
    auto& key = keys_.key(sample_secret, part.scope.day, part.scope.region, part.scope.product);
    return sluice::sign::oss_v4::authorization(part.v4, sample_timestamp, part.scope, sample_id, key);
}

std::string own_signer::oss_v1(sample_part const& part)
{
    return sluice::sign::oss_v1::authorization(part.v1, sample_id, sample_secret);
}

}  // namespace bench
