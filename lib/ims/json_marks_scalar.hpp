#pragma once

#include "ims/json_marks.hpp"

namespace sluice::ims
{

// A find_json_marks for every processor, written so that compilers use what vectors they may.
bool find_json_marks_scalar(char const* text, std::size_t size, json_marks& marks) noexcept;

}  // namespace sluice::ims
