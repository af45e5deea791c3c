#pragma once

#include "sign/acs3.hpp"
#include "sign/oss_v1.hpp"
#include "sign/oss_v4.hpp"

#include <cstddef>
#include <string>
#include <string_view>

// Signing as it is usually written: a map of the headers, a text for each step, and OpenSSL's one-shot functions.
namespace bench
{

enum class mac
{
    one_shot,  // HMAC()
    fetched    // EVP_MAC, fetched for each
};

std::string naive_hmac_sha256(mac how, std::string_view key, std::string_view text);

// The least part of a signature: a text that is there already is hashed, and an HMAC() taken of the hash.
std::string naive_hash_and_sign(std::string const& canonical_request, std::string_view key);

// The hexadecimal signature.
std::string naive_acs3(mac how, sluice::sign::acs3::request const& r, std::string_view access_key_secret);
std::string naive_oss_v4_key(std::string_view access_key_secret, sluice::sign::oss_v4::scope const& scope);
std::string naive_oss_v4(sluice::sign::oss_v4::request const& r, std::string_view timestamp,
    sluice::sign::oss_v4::scope const& scope, std::string_view key);
// base64
std::string naive_oss_v1(
    sluice::sign::oss_v1::request const& r, std::string_view date, std::string_view access_key_secret);

// Blocks that SHA-1 and SHA-256 cut a text into, and those of an HMAC whose key has been taken in before.
std::size_t sha_blocks(std::size_t bytes) noexcept;
std::size_t hmac_blocks(std::size_t bytes) noexcept;

// The compression function alone.
void compress_sha256(std::size_t blocks) noexcept;
void compress_sha1(std::size_t blocks) noexcept;

}  // namespace bench
