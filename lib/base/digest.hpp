#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX
struct evp_md_ctx_st;   // OpenSSL's EVP_MD_CTX

namespace sluice
{

using sha256_digest = std::array<std::byte, 32>;
using sha1_digest = std::array<std::byte, 20>;
using md5_digest = std::array<std::byte, 16>;

sha256_digest sha256(std::string_view data);
sha256_digest hmac_sha256(std::span<std::byte const> key, std::string_view data);
sha1_digest hmac_sha1(std::span<std::byte const> key, std::string_view data);

// HMAC-SHA-256 of many messages with one key, whose own share of the work is done once. Wiped at the end.
// Not thread-safe.
class keyed_hmac_sha256
{
public:
    explicit keyed_hmac_sha256(std::span<std::byte const> key);
    keyed_hmac_sha256(keyed_hmac_sha256&& other) noexcept;
    keyed_hmac_sha256& operator=(keyed_hmac_sha256&& other) noexcept;
    ~keyed_hmac_sha256();

    sha256_digest operator()(std::string_view data);

private:
    evp_mac_ctx_st* context_;
};

inline std::span<std::byte const> as_bytes(std::string_view text) noexcept
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

// MD5 of data that comes in pieces: OSS uses it for ETag and Content-MD5. The same shape serves SHA-256 of a file.
class running_digest
{
public:
    enum class algorithm
    {
        md5,
        sha256
    };

    explicit running_digest(algorithm a);
    running_digest(running_digest&&) noexcept;
    running_digest& operator=(running_digest&&) noexcept;
    ~running_digest();

    void update(std::span<std::byte const> data);
    std::string finish();  // raw bytes; the object may not be used afterwards

private:
    evp_md_ctx_st* context_;
};

}  // namespace sluice
