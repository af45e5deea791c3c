#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice
{

// Standard alphabet, padded (RFC 4648, section 4).
std::string base64_encode(std::span<std::byte const> bytes);
std::string base64_encode(std::string_view text);

// A digit of the standard or the URL-safe alphabet, or padding.
constexpr bool is_base64_character(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '-' || c == '_' || c == '=';
}

// Strict: standard alphabet, padded, no white space. Nothing when it is not that.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace sluice
