#pragma once

#include "ims/json_marks.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::ims
{

// Decodes groups of four base64 digits, standard or URL-safe, from the front, three bytes each; stops before the first
// group that holds anything else, or that is not whole. Returns the characters taken. Writes nothing but those bytes.
using base64_decode_groups = std::size_t (*)(char const* from, std::size_t size, char* to) noexcept;

// What is done to whole blocks of a text at once, as this or that processor can.
struct text_kernel
{
    std::string_view name;  // "avx512vbmi", "avx2", "neon", "scalar"
    base64_decode_groups decode_base64;
    find_json_marks mark_json;
};

// Those that this processor can run, the fastest first; scalar is always the last.
std::span<text_kernel const> text_kernels() noexcept;

}  // namespace sluice::ims
