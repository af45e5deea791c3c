#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice
{

// CRC-64/XZ, which OSS calls crc64ecma: reflected, initial value and final xor all ones; crc64("123456789") is
// 0x995DC9BBDF1939FA. `crc` is the value of what came before, 0 at the start.
std::uint64_t crc64(std::uint64_t crc, std::span<std::byte const> data) noexcept;

// The CRC of a followed by b, from crc(a), crc(b) and the length of b in bytes.
std::uint64_t crc64_combine(std::uint64_t crc_a, std::uint64_t crc_b, std::uint64_t length_b) noexcept;

}  // namespace sluice
