#include "sign/ours.hpp"

namespace bench
{

sluice::sha256_digest own_signer::hmac(std::string_view text)
{
    return hmac_(text);
}

std::string own_signer::acs3(sample_call const& call)
{
    using namespace sluice::sign;
    query_.clear();
    acs3::append_canonical_query(query_, call.request.query, scratch_);
    std::string out;
    acs3::append_authorization(out, call.request, query_, sample_id, acs3_keys_.key(sample_secret), scratch_);
    return out;
}

std::string own_signer::oss_v4(sample_part const& part)
{
    auto& key = keys_.key(sample_secret, part.scope.day, part.scope.region, part.scope.product);
    std::string out;
    sluice::sign::oss_v4::append_authorization(out, part.v4, sample_timestamp, part.scope, sample_id, key, scratch_);
    return out;
}

std::string own_signer::oss_v1(sample_part const& part)
{
    return sluice::sign::oss_v1::authorization(part.v1, sample_id, sample_secret);
}

}  // namespace bench
