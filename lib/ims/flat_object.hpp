#pragma once

#include "ims/json_marks.hpp"
#include "ims/json_object.hpp"

#include <span>
#include <string_view>

namespace sluice::ims
{

// Reads what services write: a JSON object of strings alone, without escapes, and without white space between its
// tokens. Gives up on everything else, with false and any tokens. As json_object_reader::read().
[[nodiscard]] bool read_flat_object(std::string_view text, std::span<std::string_view const> names,
    std::span<json_token> tokens, find_json_marks find_marks) noexcept;

}  // namespace sluice::ims
