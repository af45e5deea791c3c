#pragma once

#if defined(__x86_64__)

#include "ims/json_marks.hpp"

namespace sluice::ims
{

// find_json_marks for processors that have AVX2, or AVX-512 with byte and word instructions.
bool find_json_marks_avx2(char const* text, std::size_t size, json_marks& marks) noexcept;
bool find_json_marks_avx512(char const* text, std::size_t size, json_marks& marks) noexcept;

}  // namespace sluice::ims

#endif
