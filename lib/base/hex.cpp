#include "base/hex.hpp"

namespace sluice
{

void append_hex(std::string& out, std::span<std::byte const> bytes)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    auto const start = out.size();
    out.resize(start + bytes.size() * 2);
    auto to = out.begin() + static_cast<std::ptrdiff_t>(start);
    for (auto const byte : bytes)
    {
        *to++ = digits[std::to_integer<unsigned>(byte) >> 4];
        *to++ = digits[std::to_integer<unsigned>(byte) & 0xF];
    }
}

std::string to_hex(std::span<std::byte const> bytes)
{
    std::string out;
    append_hex(out, bytes);
    return out;
}

}  // namespace sluice
