#include "base/text.hpp"

#include <algorithm>
#include <cstddef>

namespace sluice
{

namespace
{

constexpr unsigned char lower_byte(char c) noexcept
{
    return static_cast<unsigned char>(to_lower(c));
}

constexpr bool is_continuation(unsigned char byte) noexcept
{
    return (byte & 0xC0) == 0x80;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::equal(a, b, {}, lower_byte, lower_byte);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept
{
    return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool less_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::lexicographical_compare(a, b, {}, lower_byte, lower_byte);
}

std::string to_lower(std::string_view text)
{
    std::string out;
    append_lower(out, text);
    return out;
}

void append_lower(std::string& out, std::string_view text)
{
    auto const start = out.size();
    out += text;
    std::transform(out.cbegin() + static_cast<std::ptrdiff_t>(start), out.cend(),
        out.begin() + static_cast<std::ptrdiff_t>(start), [](char c) { return to_lower(c); });
}

std::string_view trim(std::string_view text) noexcept
{
    constexpr auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::size_t utf8_sequence_length(std::string_view text) noexcept
{
    if (text.empty())
        return 0;
    auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const lead = byte(0);
    if (lead < 0x80)
        return 1;

    std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length)  // C0 and C1 begin overlong forms
        return 0;

    // The second byte is narrower after E0 and F0 (overlong), ED (surrogates) and F4 (beyond U+10FFFF).
    auto const low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    auto const high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < low || byte(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (!is_continuation(byte(i)))
            return 0;
    return length;
}

bool is_visible_ascii(std::string_view text) noexcept
{
    // Without an early end the compiler does many at a time, and bad ones are rare.
    unsigned char bad = 0;
    for (char const c : text)
        bad = static_cast<unsigned char>(bad | (static_cast<unsigned char>(c - 0x21) > 0x7E - 0x21));
    return bad == 0;
}

bool is_valid_utf8(std::string_view text) noexcept
{
    while (!text.empty())
    {
        auto const length = utf8_sequence_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace sluice
