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

// Strict: standard alphabet, padded, no white space. Nothing when it is not that.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace sluice
