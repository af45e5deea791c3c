#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice
{

void append_hex(std::string& out, std::span<std::byte const> bytes);  // lower case
std::string to_hex(std::span<std::byte const> bytes);

// The value of a digit in either case; -1 for everything else.
constexpr int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

}  // namespace sluice
