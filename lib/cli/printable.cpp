#include "cli/printable.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace sluice::cli
{

namespace
{

bool is_control(std::string_view character) noexcept
{
    auto const first = static_cast<unsigned char>(character[0]);
    if (character.size() == 2)  // U+0080 to U+009F: a terminal may take them as ESC and a letter
        return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    return first < 0x20 || first == 0x7F;
}

void append_escaped(std::string& out, std::string_view bytes)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    for (char const c : bytes)
    {
        if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else
        {
            auto const byte = static_cast<unsigned char>(c);
            out.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 0xFU]);
        }
    }
}

// The first character of the text; one byte where that is not UTF-8.
std::string_view first_character(std::string_view text) noexcept
{
    return text.substr(0, std::max<std::size_t>(utf8_sequence_length(text), 1));
}

// Hangul is the first wide script, U+1100: E1 84 80.
std::size_t columns_of_character(std::string_view character) noexcept
{
    return character.size() >= 3 && character >= "\xE1\x84\x80" ? 2 : 1;
}

}  // namespace

std::string printable(std::string_view text)
{
    std::string out;
    while (!text.empty())
    {
        auto const character = first_character(text);
        if (utf8_sequence_length(text) == 0 || is_control(character))
            append_escaped(out, character);
        else
            out += character;
        text.remove_prefix(character.size());
    }
    return out;
}

std::size_t columns_of(std::string_view text)
{
    std::size_t columns = 0;
    while (!text.empty())
    {
        auto const character = first_character(text);
        columns += columns_of_character(character);
        text.remove_prefix(character.size());
    }
    return columns;
}

std::string shortened(std::string_view text, std::size_t columns)
{
    static constexpr std::string_view dots = "...";
    auto wide = columns_of(text);
    if (wide <= columns)
        return std::string(text);
    if (columns <= dots.size())
        return std::string(dots.substr(0, columns));
    while (wide > columns - dots.size())
    {
        auto const character = first_character(text);
        wide -= columns_of_character(character);
        text.remove_prefix(character.size());
    }
    return std::string(dots).append(text);
}

}  // namespace sluice::cli
