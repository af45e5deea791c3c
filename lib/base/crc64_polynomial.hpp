#pragma once

#include <cstdint>

namespace sluice
{

// Arithmetic of polynomials over GF(2) modulo the CRC's, in reflected form: x^0 is the top bit.
inline constexpr std::uint64_t crc64_polynomial = 0xC96C5795D7870F42;
inline constexpr std::uint64_t crc64_one = std::uint64_t{1} << 63;

constexpr std::uint64_t crc64_times_x(std::uint64_t a) noexcept
{
    return a >> 1 ^ ((a & 1) != 0 ? crc64_polynomial : 0);
}

constexpr std::uint64_t crc64_multiply(std::uint64_t a, std::uint64_t b) noexcept
{
    std::uint64_t product = 0;
    for (; a != 0; a <<= 1)
    {
        if ((a & crc64_one) != 0)
            product ^= b;
        b = crc64_times_x(b);
    }
    return product;
}

}  // namespace sluice
