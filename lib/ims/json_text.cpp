#include "ims/json_text.hpp"

#include "base/hex.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace sluice::ims
{

namespace
{

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

// The four digits of \uXXXX.
std::optional<std::uint32_t> code_unit(std::string_view text, std::size_t at) noexcept
{
    if (text.size() - at < 4)
        return std::nullopt;
    std::uint32_t value = 0;
    for (char const c : text.substr(at, 4))
    {
        int const digit = hex_value(c);
        if (digit < 0)
            return std::nullopt;
        value = value * 16 + static_cast<std::uint32_t>(digit);
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

// Checks a value with a stack of its own, for a hostile text is deep.
class value_checker
{
public:
    explicit value_checker(std::string_view text) : text_(text) { skip_blanks(); }

    bool run()
    {
        do
        {
            if (!value())
                return false;
        } while (another_follows());
        return open_.empty() && at_ == text_.size();
    }

private:
    // Up to the end of the first value that holds no other; the containers around it that begin here stay open.
    bool value()
    {
        for (;;)
        {
            if (!open_.empty() && open_.back() == '}' && !name())
                return false;
            if (take('{'))
                open_ += '}';
            else if (take('['))
                open_ += ']';
            else
                return pass(at_ < text_.size() && text_[at_] == '"' ? skip_string(text_, at_) : skip_plain(text_, at_));
            if (take(open_.back()))
            {
                open_.pop_back();
                return true;
            }
        }
    }

    bool name() { return at_ < text_.size() && text_[at_] == '"' && pass(skip_string(text_, at_)) && take(':'); }

    // Closes what ends here.
    bool another_follows()
    {
        while (!open_.empty() && take(open_.back()))
            open_.pop_back();
        return !open_.empty() && take(',');
    }

    bool take(char c) { return at_ < text_.size() && text_[at_] == c && pass(at_ + 1); }

    bool pass(std::size_t to)
    {
        at_ = to;
        skip_blanks();
        return to != std::string_view::npos;
    }

    void skip_blanks()
    {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string open_;  // the bracket that closes each open container
};

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
    return value_checker(text).run();
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
