#include "base/percent.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <array>

namespace sluice
{

namespace
{

constexpr auto unreserved = [] {
    std::array<bool, 256> table{};
    for (char const c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

// An escape sorts before every unreserved character, for % does, and among escapes the byte decides.
constexpr unsigned encoded_rank(char c) noexcept
{
    auto const byte = static_cast<unsigned char>(c);
    return unreserved[byte] ? 0x100u + byte : byte;
}

}  // namespace

void append_uri_encoded(std::string& out, std::string_view text, slash how)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    auto const start = out.size();
    out.resize(start + 3 * text.size());
    auto* to = out.data() + start;
    for (char const c : text)
    {
        auto const byte = static_cast<unsigned char>(c);
        if (unreserved[byte] || (byte == '/' && how == slash::keep))
        {
            *to++ = c;
            continue;
        }
        *to++ = '%';
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 0xF];
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string uri_encode(std::string_view text, slash how)
{
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    append_uri_encoded(out, text, how);
    return out;
}

bool less_uri_encoded(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::lexicographical_compare(a, b, {}, encoded_rank, encoded_rank);
}

std::optional<std::string> uri_decode(std::string_view text, plus how)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        if (text[i] == '+' && how == plus::space)
        {
            out += ' ';
        }
        else if (text[i] != '%')
        {
            out += text[i];
        }
        else
        {
            if (text.size() - i < 3)
                return std::nullopt;
            int const high = hex_value(text[i + 1]);
            int const low = hex_value(text[i + 2]);
            if (high < 0 || low < 0)
                return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

}  // namespace sluice
