#include "ims/base64_scalar.hpp"

#include "ims/base64_digits.hpp"

namespace sluice::ims
{

namespace
{

// Each digit already in its place among the 24 bits of a group.
constexpr auto first_digit = base64_digits_at(18);
constexpr auto second_digit = base64_digits_at(12);
constexpr auto third_digit = base64_digits_at(6);
constexpr auto fourth_digit = base64_digits_at(0);

}  // namespace

std::size_t decode_base64_groups_scalar(char const* from, std::size_t size, char* to) noexcept
{
    auto const byte = [from](std::size_t at) { return static_cast<unsigned char>(from[at]); };
    std::size_t at = 0;
    for (; size - at >= 4; at += 4)
    {
        auto const group =
            first_digit[byte(at)] | second_digit[byte(at + 1)] | third_digit[byte(at + 2)] | fourth_digit[byte(at + 3)];
        if ((group & no_base64_digit) != 0)
            break;
        *to++ = static_cast<char>(static_cast<unsigned char>(group >> 16));
        *to++ = static_cast<char>(static_cast<unsigned char>(group >> 8));
        *to++ = static_cast<char>(static_cast<unsigned char>(group));
    }
    return at;
}

}  // namespace sluice::ims
