#include "base/wipe.hpp"
#include "sign/oss_v4.hpp"

#include <sluice/secret.hpp>

#include <algorithm>

namespace sluice::sign
{

struct oss_v4_key_cache::entry
{
    entry(std::string_view s, oss_v4::scope const& scope)
        : secret(s), day(scope.day), region(scope.region), product(scope.product), key(derive(s, scope))
    {}

    static keyed_hmac_sha256 derive(std::string_view secret, oss_v4::scope const& scope)
    {
        auto derived = oss_v4::derive_key(secret, scope);
        keyed_hmac_sha256 out(derived);
        wipe(derived.data(), derived.size());
        return out;
    }

    [[nodiscard]] bool is_for(std::string_view s, oss_v4::scope const& scope) const noexcept
    {
        return secret.reveal() == s && day == scope.day && region == scope.region && product == scope.product;
    }

    secret_string secret;
    std::string day;
    std::string region;
    std::string product;
    keyed_hmac_sha256 key;
};

oss_v4_key_cache::oss_v4_key_cache() = default;
oss_v4_key_cache::~oss_v4_key_cache() = default;

keyed_hmac_sha256& oss_v4_key_cache::key(
    std::string_view access_key_secret, std::string_view day, std::string_view region, std::string_view product)
{
    oss_v4::scope const scope{day, region, product};
    auto const found =
        std::ranges::find_if(entries_, [&](entry const& e) { return e.is_for(access_key_secret, scope); });
    if (found != entries_.end())
        return found->key;
    if (entries_.size() == capacity)
        entries_.erase(entries_.begin());
    return entries_.emplace_back(access_key_secret, scope).key;
}

std::size_t oss_v4_key_cache::size() const noexcept
{
    return entries_.size();
}

}  // namespace sluice::sign
