#include "ims/json_text.hpp"

#include <cstdint>
#include <optional>

namespace sluice::ims
{

namespace
{

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

constexpr bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_digits(std::string_view text, std::size_t at) noexcept
{
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept
{
    while (at < text.size() && is_blank(text[at]))
        ++at;
    return at;
}

std::optional<std::uint32_t> hex_digit(char c) noexcept
{
    if (is_digit(c))
        return static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<std::uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return static_cast<std::uint32_t>(c - 'A' + 10);
    return std::nullopt;
}

// The four digits of \uXXXX.
std::optional<std::uint32_t> code_unit(std::string_view text, std::size_t at) noexcept
{
    if (text.size() - at < 4)
        return std::nullopt;
    std::uint32_t value = 0;
    for (char const c : text.substr(at, 4))
    {
        auto const digit = hex_digit(c);
        if (!digit)
            return std::nullopt;
        value = value * 16 + *digit;
    }
    return value;
}

struct escape
{
    std::uint32_t code_point;
    std::size_t size;  // of the escape, from its backslash on
};

std::optional<escape> unicode_escape(std::string_view text, std::size_t backslash) noexcept
{
    auto const first = code_unit(text, backslash + 2);
    if (!first || (*first >= 0xDC00 && *first <= 0xDFFF))
        return std::nullopt;
    if (*first < 0xD800 || *first > 0xDBFF)
        return escape{*first, 6};

    if (text.substr(backslash + 6, 2) != "\\u")
        return std::nullopt;
    auto const second = code_unit(text, backslash + 8);
    if (!second || *second < 0xDC00 || *second > 0xDFFF)
        return std::nullopt;
    return escape{0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00), 12};
}

std::optional<escape> read_escape(std::string_view text, std::size_t backslash) noexcept
{
    if (text.size() - backslash < 2)
        return std::nullopt;
    switch (text[backslash + 1])
    {
    case '"':
    case '\\':
    case '/':
        return escape{static_cast<unsigned char>(text[backslash + 1]), 2};
    case 'b':
        return escape{'\b', 2};
    case 'f':
        return escape{'\f', 2};
    case 'n':
        return escape{'\n', 2};
    case 'r':
        return escape{'\r', 2};
    case 't':
        return escape{'\t', 2};
    case 'u':
        return unicode_escape(text, backslash);
    default:
        return std::nullopt;
    }
}

char* put_utf8(std::uint32_t code_point, char* to) noexcept
{
    auto const put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code_point < 0x80)
    {
        put(code_point);
        return to;
    }
    if (code_point < 0x800)
        put(0xC0 | (code_point >> 6));
    else
    {
        if (code_point < 0x10000)
            put(0xE0 | (code_point >> 12));
        else
        {
            put(0xF0 | (code_point >> 18));
            put(0x80 | ((code_point >> 12) & 0x3F));
        }
        put(0x80 | ((code_point >> 6) & 0x3F));
    }
    put(0x80 | (code_point & 0x3F));
    return to;
}

// The place after the string's closing quote; `at` is the opening one. npos when it is not a string.
std::size_t skip_string(std::string_view text, std::size_t at) noexcept
{
    auto const begin = at + 1;
    for (auto end = begin; end < text.size(); ++end)
    {
        if (text[end] == '\\')
            ++end;
        else if (text[end] == '"')
            return is_json_string_content(text.substr(begin, end - begin)) ? end + 1 : std::string_view::npos;
    }
    return std::string_view::npos;
}

// The place after a number, true, false or null; npos when it is none of them.
std::size_t skip_plain(std::string_view text, std::size_t at) noexcept
{
    auto const end = std::min(text.find_first_of(",]}: \t\n\r", at), text.size());
    auto const token = text.substr(at, end - at);
    auto const known = token == "true" || token == "false" || token == "null" || is_json_number(token);
    return known ? end : std::string_view::npos;
}

}  // namespace

bool is_json_number(std::string_view text) noexcept
{
    std::size_t at = text.starts_with('-') ? 1 : 0;
    auto const whole = skip_digits(text, at);
    if (whole == at || (text[at] == '0' && whole > at + 1))
        return false;
    at = whole;
    if (at < text.size() && text[at] == '.')
    {
        auto const fraction = skip_digits(text, at + 1);
        if (fraction == at + 1)
            return false;
        at = fraction;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E'))
    {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-'))
            ++at;
        auto const exponent = skip_digits(text, at);
        if (exponent == at)
            return false;
        at = exponent;
    }
    return at == text.size();
}

bool is_json_string_content(std::string_view text) noexcept
{
    for (std::size_t at = 0; at < text.size();)
    {
        auto const c = static_cast<unsigned char>(text[at]);
        if (c < 0x20 || c == '"')
            return false;
        if (c != '\\')
        {
            ++at;
            continue;
        }
        auto const found = read_escape(text, at);
        if (!found)
            return false;
        at += found->size;
    }
    return true;
}

bool is_json_value(std::string_view text)
{
    // An own stack, for a hostile document is deep: '{' or '[' for each open container.
    std::string open;
    bool first = false;  // directly behind the opening bracket, where the closing one may follow
    auto at = skip_blanks(text, 0);
    for (;;)
    {
        if (first && at < text.size() && text[at] == (open.back() == '{' ? '}' : ']'))
        {
            open.pop_back();
            ++at;
        }
        else
        {
            if (!open.empty() && open.back() == '{')
            {
                if (at >= text.size() || text[at] != '"')
                    return false;
                at = skip_string(text, at);
                if (at == std::string_view::npos)
                    return false;
                at = skip_blanks(text, at);
                if (at >= text.size() || text[at] != ':')
                    return false;
                at = skip_blanks(text, at + 1);
            }
            if (at >= text.size())
                return false;
            if (text[at] == '{' || text[at] == '[')
            {
                open += text[at];
                first = true;
                at = skip_blanks(text, at + 1);
                continue;
            }
            at = text[at] == '"' ? skip_string(text, at) : skip_plain(text, at);
            if (at == std::string_view::npos)
                return false;
        }

        // A value has ended: close what ends with it, up to the comma before the next one.
        first = false;
        at = skip_blanks(text, at);
        while (!open.empty() && at < text.size() && text[at] == (open.back() == '{' ? '}' : ']'))
        {
            open.pop_back();
            at = skip_blanks(text, at + 1);
        }
        if (open.empty())
            return at == text.size();
        if (at >= text.size() || text[at] != ',')
            return false;
        at = skip_blanks(text, at + 1);
    }
}

char* unescape_json(std::string_view text, char* to) noexcept
{
    for (std::size_t at = 0; at < text.size();)
    {
        auto const found = text[at] == '\\' ? read_escape(text, at) : std::nullopt;
        if (found)
        {
            to = put_utf8(found->code_point, to);
            at += found->size;
        }
        else
            *to++ = text[at++];
    }
    return to;
}

std::string unescape_json(std::string_view text)
{
    std::string out(text.size(), '\0');
    out.resize(static_cast<std::size_t>(unescape_json(text, out.data()) - out.data()));
    return out;
}

}  // namespace sluice::ims
