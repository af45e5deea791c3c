#include "base/crc64.hpp"

#include "base/crc64_kernel.hpp"
#include "base/crc64_polynomial.hpp"

#include <array>

#ifdef SLUICE_HAVE_ISAL
#include <isa-l/crc64.h>
#endif

namespace sluice
{

namespace
{

// powers[n] is x^(8 * 2^n): what appending 2^n bytes does to the CRC of what stands before them.
constexpr auto powers = [] {
    std::array<std::uint64_t, 64> out{};
    out[0] = crc64_one >> 8;
    for (unsigned n = 1; n < 64; ++n)
        out[n] = crc64_multiply(out[n - 1], out[n - 1]);
    return out;
}();

}  // namespace

std::uint64_t crc64(std::uint64_t crc, std::span<std::byte const> data) noexcept
{
#ifdef SLUICE_HAVE_ISAL
    // ISA-L inverts its start value and its result itself, so values chain as ours do.
    return crc64_ecma_refl(crc, reinterpret_cast<unsigned char const*>(data.data()), data.size());
#else
    return crc64_kernels().front().run(crc, data);
#endif
}

std::uint64_t crc64_combine(std::uint64_t crc_a, std::uint64_t crc_b, std::uint64_t length_b) noexcept
{
    for (unsigned n = 0; length_b != 0; ++n, length_b >>= 1)
        if ((length_b & 1) != 0)
            crc_a = crc64_multiply(powers[n], crc_a);
    return crc_a ^ crc_b;
}

}  // namespace sluice
