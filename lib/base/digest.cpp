#include "base/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace sluice
{

namespace
{

// With fixed algorithms and valid arguments OpenSSL fails only when memory or its default provider is missing.
void demand(bool ok)
{
    if (!ok)
        throw std::runtime_error("OpenSSL cannot compute a digest: out of memory, or its default provider is missing");
}

struct context_deleter
{
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};

// Fetching costs more than hashing a request (measured), so it happens once; the objects live as long as the process.
EVP_MD const* fetch_digest(char const* name)
{
    auto const* digest = EVP_MD_fetch(nullptr, name, nullptr);
    demand(digest != nullptr);
    return digest;
}

EVP_MD const* sha256_algorithm()
{
    static auto const* const algorithm = fetch_digest("SHA256");
    return algorithm;
}

EVP_MD const* md5_algorithm()
{
    static auto const* const algorithm = fetch_digest("MD5");
    return algorithm;
}

EVP_MAC* hmac_algorithm()
{
    static auto* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    demand(algorithm != nullptr);
    return algorithm;
}

using mac_context = std::unique_ptr<EVP_MAC_CTX, context_deleter>;

mac_context keyed(char const* digest_name, std::span<std::byte const> key)
{
    mac_context context(EVP_MAC_CTX_new(hmac_algorithm()));
    demand(context != nullptr);

    std::string name(digest_name);
    OSSL_PARAM const parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
    static constexpr unsigned char no_key = 0;  // a null key would mean "the one of before"
    auto const* key_data = key.empty() ? &no_key : reinterpret_cast<unsigned char const*>(key.data());
    demand(EVP_MAC_init(context.get(), key_data, key.size(), parameters) == 1);
    return context;
}

// `context` has been initialised.
template <class Digest>
Digest mac(EVP_MAC_CTX* context, std::string_view data)
{
    demand(EVP_MAC_update(context, reinterpret_cast<unsigned char const*>(data.data()), data.size()) == 1);
    Digest out;
    std::size_t size = 0;
    demand(EVP_MAC_final(context, reinterpret_cast<unsigned char*>(out.data()), &size, out.size()) == 1);
    demand(size == out.size());
    return out;
}

}  // namespace

sha256_digest sha256(std::string_view data)
{
    thread_local std::unique_ptr<EVP_MD_CTX, context_deleter> const context(EVP_MD_CTX_new());
    demand(context != nullptr);
    sha256_digest out;
    demand(EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1);
    demand(EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1);
    demand(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1);
    return out;
}

sha256_digest hmac_sha256(std::span<std::byte const> key, std::string_view data)
{
    return mac<sha256_digest>(keyed("SHA256", key).get(), data);
}

sha1_digest hmac_sha1(std::span<std::byte const> key, std::string_view data)
{
    return mac<sha1_digest>(keyed("SHA1", key).get(), data);
}

keyed_hmac_sha256::keyed_hmac_sha256(std::span<std::byte const> key) : context_(keyed("SHA256", key).release()) {}

keyed_hmac_sha256::keyed_hmac_sha256(keyed_hmac_sha256&& other) noexcept
    : context_(std::exchange(other.context_, nullptr))
{}

keyed_hmac_sha256& keyed_hmac_sha256::operator=(keyed_hmac_sha256&& other) noexcept
{
    std::swap(context_, other.context_);
    return *this;
}

keyed_hmac_sha256::~keyed_hmac_sha256()
{
    EVP_MAC_CTX_free(context_);
}

sha256_digest keyed_hmac_sha256::operator()(std::string_view data)
{
    demand(EVP_MAC_init(context_, nullptr, 0, nullptr) == 1);  // back to behind the key
    return mac<sha256_digest>(context_, data);
}

running_digest::running_digest(algorithm a)
{
    std::unique_ptr<EVP_MD_CTX, context_deleter> context(EVP_MD_CTX_new());
    demand(context != nullptr);
    demand(EVP_DigestInit_ex2(context.get(), a == algorithm::md5 ? md5_algorithm() : sha256_algorithm(), nullptr) == 1);
    context_ = context.release();
}

running_digest::running_digest(running_digest&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}

running_digest& running_digest::operator=(running_digest&& other) noexcept
{
    std::swap(context_, other.context_);
    return *this;
}

running_digest::~running_digest()
{
    EVP_MD_CTX_free(context_);
}

void running_digest::update(std::span<std::byte const> data)
{
    demand(EVP_DigestUpdate(context_, data.data(), data.size()) == 1);
}

std::string running_digest::finish()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = 0;
    demand(EVP_DigestFinal_ex(context_, out.data(), &size) == 1);
    return {reinterpret_cast<char const*>(out.data()), size};
}

}  // namespace sluice
