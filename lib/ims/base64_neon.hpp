#pragma once

#if defined(__aarch64__)

#include <cstddef>

namespace sluice::ims
{

// A base64_decode_groups for every 64-bit ARM processor.
std::size_t decode_base64_groups_neon(char const* from, std::size_t size, char* to) noexcept;

}  // namespace sluice::ims

#endif
