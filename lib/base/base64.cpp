#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace sluice
{

namespace
{

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}();

}  // namespace

std::string base64_encode(std::span<std::byte const> bytes)
{
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    while (!bytes.empty())
    {
        auto const take = bytes.size() < 3 ? bytes.size() : 3;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < take ? std::to_integer<std::uint32_t>(bytes[i]) : 0);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= take ? alphabet[group >> (18 - 6 * i) & 0x3F] : '=';
        bytes = bytes.subspan(take);
    }
    return out;
}

std::string base64_encode(std::string_view text)
{
    return base64_encode(std::as_bytes(std::span(text.data(), text.size())));
}

std::optional<std::string> base64_decode(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    auto const padding = text.ends_with("==") ? 2u : text.ends_with('=') ? 1u : 0u;
    auto const digits = text.substr(0, text.size() - padding);

    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    unsigned count = 0;  // bits in hand
    for (char const c : digits)
    {
        auto const value = digit_values[static_cast<unsigned char>(c)];
        if (value == no_digit)
            return std::nullopt;
        bits = (bits << 6 | value) & 0xFFFF;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFF);
    }
    if ((bits & ((1u << count) - 1)) != 0)  // spare bits must be zero: one text, one value
        return std::nullopt;
    return out;
}

}  // namespace sluice
