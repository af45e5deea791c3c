#include "base/hex.hpp"

#include <array>
#include <cstring>

namespace sluice
{

namespace
{

constexpr auto digit_pairs = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte)
        pairs[byte] = {digits[byte >> 4], digits[byte & 0xF]};
    return pairs;
}();

}  // namespace

void append_hex(std::string& out, std::span<std::byte const> bytes)
{
    auto const start = out.size();
    out.resize(start + bytes.size() * 2);
    auto* to = out.data() + start;
    for (auto const byte : bytes)
    {
        std::memcpy(to, digit_pairs[std::to_integer<unsigned>(byte)].data(), 2);
        to += 2;
    }
}

std::string to_hex(std::span<std::byte const> bytes)
{
    std::string out;
    append_hex(out, bytes);
    return out;
}

}  // namespace sluice
