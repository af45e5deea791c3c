#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice
{

// crc64() by eight look-up tables: for processors without carry-less multiplication, and short messages.
std::uint64_t crc64_sliced(std::uint64_t crc, std::span<std::byte const> data) noexcept;

}  // namespace sluice
