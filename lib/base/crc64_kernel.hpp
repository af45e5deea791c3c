#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice
{

// One way to compute what crc64() does.
struct crc64_kernel
{
    std::string_view name;  // "vpclmul", "pclmul", "pmull", "sliced"
    std::uint64_t (*run)(std::uint64_t crc, std::span<std::byte const> data) noexcept;
};

// Our own that this processor can run, the fastest first; sliced is always the last.
std::span<crc64_kernel const> crc64_kernels() noexcept;

}  // namespace sluice
