#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::ims
{

// Decodes groups of four base64 digits, standard or URL-safe, from the front, three bytes each; stops before the first
// group that holds anything else, or that is not whole. Returns the characters taken. Writes nothing but those bytes.
using base64_decode_groups = std::size_t (*)(char const* from, std::size_t size, char* to) noexcept;

struct base64_kernel
{
    std::string_view name;  // "avx512vbmi", "avx2", "neon", "scalar"
    base64_decode_groups decode;
};

// Those that this processor can run, the fastest first; scalar is always the last.
std::span<base64_kernel const> base64_kernels() noexcept;

}  // namespace sluice::ims
