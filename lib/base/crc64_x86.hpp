#pragma once

#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice
{

// crc64() by carry-less multiplication, 128 or 512 bits at a time.
std::uint64_t crc64_pclmul(std::uint64_t crc, std::span<std::byte const> data) noexcept;
std::uint64_t crc64_vpclmul(std::uint64_t crc, std::span<std::byte const> data) noexcept;

bool has_pclmul() noexcept;
bool has_vpclmul() noexcept;

}  // namespace sluice

#endif
