#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sluice::ims
{

// What no digit decodes to, in every table of this file and on every width.
inline constexpr std::uint32_t no_base64_digit = 0x80000000;
inline constexpr unsigned char no_base64_value = 0x80;

// The value of each character as a digit of either alphabet, moved up by `shift` bits.
constexpr std::array<std::uint32_t, 256> base64_digits_at(unsigned shift)
{
    constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::uint32_t, 256> table{};
    table.fill(no_base64_digit);
    for (std::uint32_t value = 0; value < standard.size(); ++value)
        table[static_cast<unsigned char>(standard[value])] = value << shift;
    table['-'] = table['+'];
    table['_'] = table['/'];
    return table;
}

// The same for the 128 characters of ASCII, as bytes.
constexpr std::array<unsigned char, 128> base64_ascii_values()
{
    constexpr auto digits = base64_digits_at(0);
    std::array<unsigned char, 128> table{};
    for (unsigned c = 0; c < table.size(); ++c)
        table[c] = digits[c] == no_base64_digit ? no_base64_value : static_cast<unsigned char>(digits[c]);
    return table;
}

}  // namespace sluice::ims
