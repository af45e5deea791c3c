#pragma once

#if defined(__aarch64__)

#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice
{

// crc64() by polynomial multiplication of 64 bits.
std::uint64_t crc64_pmull(std::uint64_t crc, std::span<std::byte const> data) noexcept;

bool has_pmull() noexcept;

}  // namespace sluice

#endif
