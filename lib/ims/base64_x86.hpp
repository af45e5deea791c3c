#pragma once

#if defined(__x86_64__)

#include <cstddef>

namespace sluice::ims
{

// base64_decode_groups for processors that have AVX2, or AVX-512 with BW, VL and VBMI.
std::size_t decode_base64_groups_avx2(char const* from, std::size_t size, char* to) noexcept;
std::size_t decode_base64_groups_avx512(char const* from, std::size_t size, char* to) noexcept;

}  // namespace sluice::ims

#endif
