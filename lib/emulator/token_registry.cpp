#include "emulator/token_registry.hpp"

#include "base/base64.hpp"
#include "base/nonce.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace
{

constexpr std::size_t token_bytes = 600;  // 800 characters, as the vendor's tokens
constexpr std::size_t secret_bytes = 33;  // 44 characters

std::string random_base64(random_source& random, std::size_t bytes)
{
    std::vector<std::byte> raw(bytes);
    random.fill(raw);
    return base64_encode(std::span<std::byte const>(raw));
}

}  // namespace

token_registry::token_registry(credentials account, std::shared_ptr<clock> c, std::shared_ptr<random_source> random)
    : clock_(std::move(c)), random_(std::move(random))
{
    key k;
    k.secret = std::move(account);
    auto id = k.secret.access_key_id;
    keys_.emplace(std::move(id), std::move(k));
}

token_registry::key const& token_registry::issue(
    std::string bucket, std::string object_key, std::chrono::seconds lifetime)
{
    key k;
    k.secret.access_key_id = "STS.N" + make_nonce(*random_).substr(0, 24);
    k.secret.access_key_secret = random_base64(*random_, secret_bytes);
    k.secret.security_token = "CAIS" + random_base64(*random_, token_bytes);
    k.temporary = true;
    k.bucket = std::move(bucket);
    k.object_key = std::move(object_key);
    k.expires = clock_->now() + lifetime;
    auto id = k.secret.access_key_id;
    return keys_.insert_or_assign(std::move(id), std::move(k)).first->second;
}

token_registry::key const* token_registry::find(std::string_view access_key_id) const
{
    auto const found = keys_.find(access_key_id);
    return found == keys_.end() ? nullptr : &found->second;
}

bool token_registry::is_token(std::string_view security_token) const
{
    return !security_token.empty() && std::ranges::any_of(keys_, [&](auto const& entry) {
        return entry.second.secret.security_token.reveal() == security_token;
    });
}

bool token_registry::expired(key const& k) const
{
    return clock_->now() >= k.expires;
}

void token_registry::expire_all()
{
    for (auto& [id, k] : keys_)
    {
        if (k.temporary)
            k.expires = std::min(k.expires, clock_->now());
    }
}

bool token_registry::expire(std::string_view access_key_id)
{
    auto const found = keys_.find(access_key_id);
    if (found == keys_.end() || !found->second.temporary)
        return false;
    found->second.expires = std::min(found->second.expires, clock_->now());
    return true;
}

}  // namespace sluice::emulator
