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

std::uint64_t load_little_endian(std::byte const* bytes) noexcept
{
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i)
        value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    return value;
}

// What a byte of the word contributes when `following` more bytes of it follow.
template <unsigned following>
std::uint64_t look_up(std::uint64_t word) noexcept
{
    return tables[following][word >> (8 * (7 - following)) & 0xFF];
}

}  // namespace

std::uint64_t crc64_sliced(std::uint64_t crc, std::span<std::byte const> data) noexcept
{
    crc = ~crc;
    for (; data.size() >= 8; data = data.subspan(8))
    {
        auto const word = crc ^ load_little_endian(data.data());
        crc = look_up<7>(word) ^ look_up<6>(word) ^ look_up<5>(word) ^ look_up<4>(word) ^ look_up<3>(word) ^
              look_up<2>(word) ^ look_up<1>(word) ^ look_up<0>(word);
    }
    for (auto const byte : data)
        crc = tables[0][(crc ^ std::to_integer<std::uint64_t>(byte)) & 0xFF] ^ crc >> 8;
    return ~crc;
}

}  // namespace sluice
