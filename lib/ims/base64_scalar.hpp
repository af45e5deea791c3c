#pragma once

#include <cstddef>

namespace sluice::ims
{

// A base64_decode_groups for every processor.
std::size_t decode_base64_groups_scalar(char const* from, std::size_t size, char* to) noexcept;

}  // namespace sluice::ims
