#include "base/crc64_sliced.hpp"

#include "base/crc64_polynomial.hpp"

#include <array>

namespace sluice
{

namespace
{

using table = std::array<std::uint64_t, 256>;

// tables[n][b]: what byte b contributes when n more bytes follow it.
constexpr auto tables = [] {
    std::array<table, 8> out{};
    for (unsigned byte = 0; byte < 256; ++byte)
    {
        std::uint64_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = crc64_times_x(value);
        out[0][byte] = value;
    }
    for (unsigned n = 1; n < 8; ++n)
        for (unsigned byte = 0; byte < 256; ++byte)
            out[n][byte] = out[0][out[n - 1][byte] & 0xFF] ^ out[n - 1][byte] >> 8;
    return out;
}();

std::uint64_t load_little_endian(std::span<std::byte const, 8> bytes) noexcept
{
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i)
        value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    return value;
}

}  // namespace

std::uint64_t crc64_sliced(std::uint64_t crc, std::span<std::byte const> data) noexcept
{
    crc = ~crc;
    for (; data.size() >= 8; data = data.subspan(8))
    {
        auto const word = crc ^ load_little_endian(data.first<8>());
        crc = 0;
        for (unsigned i = 0; i < 8; ++i)
            crc ^= tables[7 - i][word >> (8 * i) & 0xFF];
    }
    for (auto const byte : data)
        crc = tables[0][(crc ^ std::to_integer<std::uint64_t>(byte)) & 0xFF] ^ crc >> 8;
    return ~crc;
}

}  // namespace sluice
