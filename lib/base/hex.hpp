#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice
{

void append_hex(std::string& out, std::span<std::byte const> bytes);  // lower case
std::string to_hex(std::span<std::byte const> bytes);

}  // namespace sluice
