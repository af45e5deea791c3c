#include "ims/grant_base64.hpp"

#include "ims/base64_digits.hpp"

#include <cstdint>

namespace sluice::ims
{

namespace
{

constexpr std::string_view blanks = " \t\r\n";
constexpr auto digit_values = base64_digits_at(0);

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

grant_base64_result decode_grant_base64(std::string_view encoded, char* to, text_kernel const& with) noexcept
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
            auto const taken = with.decode_base64(at, static_cast<std::size_t>(end - at), to);
            at += taken;
            to += taken / 4 * 3;
            digits += taken;
            group = 0;
        }
        if (at == end || *at == '=')
            break;
        auto const value = digit_values[static_cast<unsigned char>(*at)];
        if (value == no_base64_digit)
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
