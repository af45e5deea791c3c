#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice
{

constexpr char to_lower(char c) noexcept  // ASCII
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_digit(char c) noexcept  // ASCII
{
    return c >= '0' && c <= '9';
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;                // ASCII
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept;  // ASCII
bool less_ignoring_case(std::string_view a, std::string_view b) noexcept;  // bytewise, as if both were lower case
std::string to_lower(std::string_view text);                               // ASCII
void append_lower(std::string& out, std::string_view text);                // ASCII
std::string_view trim(std::string_view text) noexcept;                     // space, tab, CR, LF

// 0x21 to 0x7E: what may stand in a header or a host name, with no way to begin another line.
bool is_visible_ascii(std::string_view text) noexcept;

bool is_valid_utf8(std::string_view text) noexcept;  // RFC 3629: no surrogates, no overlong form

// Bytes of the character that begins the text: 1 to 4, or 0 when it begins with none (RFC 3629).
std::size_t utf8_sequence_length(std::string_view text) noexcept;

// The whole text as a decimal number; nothing for a sign, blanks, or what does not fit.
template <std::unsigned_integral T>
std::optional<T> parse_number(std::string_view text) noexcept
{
    T value{};
    auto const* const begin = text.data();
    auto const* const end = begin + text.size();
    auto const [stop, failure] = std::from_chars(begin, end, value);
    if (failure != std::errc{} || stop != end || text.empty())
        return std::nullopt;
    return value;
}

}  // namespace sluice
