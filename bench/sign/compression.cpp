#include "sign/peers.hpp"

#include "support/keep.hpp"

#include <openssl/sha.h>

namespace bench
{

namespace
{

constexpr std::size_t block_bytes = 64;
constexpr std::size_t sha256_bytes = 32;
constexpr unsigned char block[block_bytes] = {};

}  // namespace

std::size_t sha_blocks(std::size_t bytes) noexcept
{
    constexpr std::size_t end_mark = 1 + 8;  // one bit, and the length
    return (bytes + end_mark + block_bytes - 1) / block_bytes;
}

std::size_t hmac_blocks(std::size_t bytes) noexcept
{
    return sha_blocks(bytes) + sha_blocks(sha256_bytes);
}

void compress_sha256(std::size_t blocks) noexcept
{
    SHA256_CTX state{};
    for (; blocks != 0; --blocks)
        SHA256_Transform(&state, block);
    keep(state);
}

void compress_sha1(std::size_t blocks) noexcept
{
    SHA_CTX state{};
    for (; blocks != 0; --blocks)
        SHA1_Transform(&state, block);
    keep(state);
}

}  // namespace bench
