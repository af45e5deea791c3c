#include "ims/grant_base64.hpp"

#include <array>
#include <cstdint>

namespace sluice::ims
{

namespace
{

constexpr std::uint32_t no_digit = 0x80000000;
constexpr std::string_view blanks = " \t\r\n";

using digit_table = std::array<std::uint32_t, 256>;

// The value of each digit, moved to its place among the 24 bits of a group.
constexpr digit_table digits_at(unsigned shift)
{
    constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    digit_table table{};
    table.fill(no_digit);
    for (std::uint32_t value = 0; value < standard.size(); ++value)
        table[static_cast<unsigned char>(standard[value])] = value << shift;
    table['-'] = table['+'];
    table['_'] = table['/'];
    return table;
}

constexpr digit_table first_digit = digits_at(18);
constexpr digit_table second_digit = digits_at(12);
constexpr digit_table third_digit = digits_at(6);
constexpr digit_table fourth_digit = digits_at(0);

std::uint32_t group_at(char const* at) noexcept
{
    return first_digit[static_cast<unsigned char>(at[0])] | second_digit[static_cast<unsigned char>(at[1])] |
           third_digit[static_cast<unsigned char>(at[2])] | fourth_digit[static_cast<unsigned char>(at[3])];
}

// The `bytes` upper bytes of a group of 24 bits.
char* put_bytes(std::uint32_t group, unsigned bytes, char* to) noexcept
{
    for (unsigned i = 0; i < bytes; ++i)
        *to++ = static_cast<char>(static_cast<unsigned char>(group >> (16 - 8 * i)));
    return to;
}

// Nothing but white space and up to two `=`, which complete the last group of four.
bool is_padding(std::string_view rest, std::size_t digits) noexcept
{
    std::size_t signs = 0;
    for (char const c : rest)
    {
        if (c == '=')
            ++signs;
        else if (blanks.find(c) == std::string_view::npos)
            return false;
    }
    return signs <= 2 && (signs == 0 || (digits + signs) % 4 == 0);
}

}  // namespace

grant_base64_result decode_grant_base64(std::string_view encoded, char* to) noexcept
{
    auto const* const begin = to;
    auto const* at = encoded.data();
    auto const* const end = at + encoded.size();
    std::size_t digits = 0;
    std::uint32_t group = 0;  // of the digits since the last multiple of four
    for (;;)
    {
        if (digits % 4 == 0)
        {
            for (; end - at >= 4; at += 4, digits += 4)
            {
                group = group_at(at);
                if ((group & no_digit) != 0)
                    break;
                to = put_bytes(group, 3, to);
            }
            group = 0;
        }
        if (at == end || *at == '=')
            break;
        auto const value = fourth_digit[static_cast<unsigned char>(*at)];
        if (value == no_digit)
        {
            if (blanks.find(*at) == std::string_view::npos)
                return {grant_errc::base64};
        }
        else
        {
            group = group << 6 | value;
            if (++digits % 4 == 0)
                to = put_bytes(group, 3, to);
        }
        ++at;
    }

    if (digits == 0 && at == end)
        return {grant_errc::empty};
    if (digits % 4 == 1 || !is_padding({at, end}, digits))
        return {grant_errc::base64};
    if (digits % 4 != 0)
        to = put_bytes(group << (digits % 4 == 2 ? 12 : 6), digits % 4 == 2 ? 1 : 2, to);
    return {grant_errc{}, static_cast<std::size_t>(to - begin)};
}

}  // namespace sluice::ims
