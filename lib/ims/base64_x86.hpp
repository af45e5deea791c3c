#pragma once

#if defined(__x86_64__)

#include <cstddef>

namespace sluice::ims
{

// base64_decode_groups for processors that have AVX2, or AVX-512 VBMI.
std::size_t decode_base64_groups_avx2(char const* from, std::size_t size, char* to) noexcept;
std::size_t decode_base64_groups_avx512(char const* from, std::size_t size, char* to) noexcept;

bool has_base64_avx2() noexcept;
bool has_base64_avx512() noexcept;

}  // namespace sluice::ims

#endif
