#include "sign/oss_v4.hpp"

#include <sluice/secret.hpp>

#include <openssl/crypto.h>

#include <algorithm>

namespace sluice::sign
{

struct oss_v4_key_cache::entry
{
    entry(std::string_view s, oss_v4::scope const& scope)
        : secret(s), day(scope.day), region(scope.region), product(scope.product), key(oss_v4::derive_key(s, scope))
    {}
    entry(entry&&) noexcept = default;
    entry& operator=(entry&&) noexcept = default;
    ~entry() { OPENSSL_cleanse(key.data(), key.size()); }

    [[nodiscard]] bool is_for(std::string_view s, oss_v4::scope const& scope) const noexcept
    {
        return secret.reveal() == s && day == scope.day && region == scope.region && product == scope.product;
    }

    secret_string secret;
    std::string day;
    std::string region;
    std::string product;
    sha256_digest key;
};

oss_v4_key_cache::oss_v4_key_cache() = default;
oss_v4_key_cache::~oss_v4_key_cache() = default;

sha256_digest const& oss_v4_key_cache::key(
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
