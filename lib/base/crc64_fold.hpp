#pragma once

#include "base/crc64_polynomial.hpp"

namespace sluice
{

// What carries 128 bits of a message on by a distance: bits that stand `distance` places further ahead are worth
// x^distance times as much. The product of two reflected numbers of 64 bits is short of one power, hence the minus one.
struct crc64_fold
{
    std::uint64_t low;   // for the first eight bytes, which stand 64 places before the others
    std::uint64_t high;  // for the last eight
};

constexpr std::uint64_t crc64_power_of_x(unsigned n) noexcept
{
    auto power = crc64_one;
    for (; n != 0; --n)
        power = crc64_times_x(power);
    return power;
}

constexpr crc64_fold crc64_fold_by(unsigned bits) noexcept
{
    return {crc64_power_of_x(bits + 64 - 1), crc64_power_of_x(bits - 1)};
}

}  // namespace sluice
