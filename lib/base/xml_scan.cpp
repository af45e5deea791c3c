#include "base/xml_scan.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace sluice
{

namespace
{

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(std::string_view text) noexcept
{
    return text.find_first_not_of(blanks) == std::string_view::npos;
}

bool has_only_xml_characters(std::string_view text) noexcept
{
    while (!text.empty())
    {
        auto const length = xml_character_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_xml_character(std::uint32_t c) noexcept
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

// digits of &#digits; or &#xdigits;
bool is_character_reference(std::string_view digits)
{
    int base = 10;
    if (digits.starts_with('x'))
    {
        base = 16;
        digits.remove_prefix(1);
    }
    std::uint32_t value = 0;
    auto const* const begin = digits.data();
    auto const* const end = begin + digits.size();
    auto const [stop, failure] = std::from_chars(begin, end, value, base);
    return failure == std::errc{} && stop == end && is_xml_character(value);
}

bool is_reference(std::string_view name)
{
    static constexpr std::array<std::string_view, 5> predefined = {"amp", "lt", "gt", "quot", "apos"};
    return name.starts_with('#') ? is_character_reference(name.substr(1))
                                 : std::ranges::find(predefined, name) != predefined.end();
}

bool has_only_known_references(std::string_view text)
{
    for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at))
    {
        auto const end = text.find(';', at);
        if (end == std::string_view::npos || !is_reference(text.substr(at + 1, end - at - 1)))
            return false;
        at = end;
    }
    return true;
}

// <?xml version="1.0" encoding="..."?>: what says that it is another encoding is not read as UTF-8.
bool declares_utf8(std::string_view declaration)
{
    auto at = declaration.find("encoding");
    if (at == std::string_view::npos)
        return true;
    at = declaration.find_first_of("\"'", at);
    if (at == std::string_view::npos)
        return false;
    auto const end = declaration.find(declaration[at], at + 1);
    return end != std::string_view::npos && equal_ignoring_case(declaration.substr(at + 1, end - at - 1), "UTF-8");
}

class scan
{
public:
    scan(std::string_view text, unsigned max_depth) : rest_(text), max_depth_(max_depth) {}

    bool run()
    {
        if (is_declaration() && !take_declaration())
            return false;
        while (!rest_.empty())
            if (!(rest_.starts_with('<') ? take_markup() : take_text()))
                return false;
        return depth_ == 0 && roots_ == 1;
    }

private:
    [[nodiscard]] bool is_declaration() const
    {
        return rest_.starts_with("<?xml") && rest_.size() > 5 && is_blank(rest_.substr(5, 1));
    }

    bool take_declaration()
    {
        std::string_view inside;
        return take_until("<?xml", "?>", inside) && declares_utf8(inside);
    }

    bool take_text()
    {
        auto const text = rest_.substr(0, rest_.find('<'));
        rest_.remove_prefix(text.size());
        if (depth_ == 0)
            return is_blank(text);
        return text.find("]]>") == std::string_view::npos && has_only_known_references(text);
    }

    bool take_markup()
    {
        std::string_view inside;
        if (rest_.starts_with("<!--"))
            return take_until("<!--", "--", inside) && take('>');
        if (rest_.starts_with("<![CDATA["))
            return depth_ > 0 && take_until("<![CDATA[", "]]>", inside);
        if (rest_.starts_with("<?"))
            return !is_declaration() && take_until("<?", "?>", inside);
        if (rest_.starts_with("<!"))
            return false;
        if (rest_.starts_with("</"))
            return depth_-- > 0 && take_until("</", ">", inside);
        return take_start_tag();
    }

    bool take_start_tag()
    {
        if (depth_ == 0)
            ++roots_;
        auto const name_end = rest_.find_first_of(" \t\r\n/>");
        if (name_end == std::string_view::npos || name_end < 2)
            return false;
        rest_.remove_prefix(name_end);
        for (;;)
        {
            auto const at = rest_.find_first_of("\"'<>");
            if (at == std::string_view::npos || rest_[at] == '<')
                return false;
            if (rest_[at] == '>')
                return end_start_tag(at);
            if (!take_attribute_value(at))
                return false;
        }
    }

    bool take_attribute_value(std::size_t quote)
    {
        auto const end = rest_.find(rest_[quote], quote + 1);
        if (end == std::string_view::npos)
            return false;
        auto const value = rest_.substr(quote + 1, end - quote - 1);
        rest_.remove_prefix(end + 1);
        return value.find('<') == std::string_view::npos && has_only_known_references(value);
    }

    bool end_start_tag(std::size_t at)
    {
        bool const is_empty_element = at > 0 && rest_[at - 1] == '/';
        rest_.remove_prefix(at + 1);
        if (depth_ == max_depth_)
            return false;
        if (!is_empty_element)
            ++depth_;
        return true;
    }

    bool take_until(std::string_view start, std::string_view end, std::string_view& inside)
    {
        auto const at = rest_.find(end, start.size());
        if (at == std::string_view::npos)
            return false;
        inside = rest_.substr(start.size(), at - start.size());
        rest_.remove_prefix(at + end.size());
        return true;
    }

    bool take(char c)
    {
        if (!rest_.starts_with(c))
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view rest_;
    unsigned max_depth_;
    unsigned depth_ = 0;
    unsigned roots_ = 0;
};

}  // namespace

std::string_view without_byte_order_mark(std::string_view text) noexcept
{
    return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

std::size_t xml_character_length(std::string_view text) noexcept
{
    auto const length = utf8_sequence_length(text);
    if (length == 1 && static_cast<unsigned char>(text.front()) < 0x20)
        return is_blank(text.substr(0, 1)) ? 1 : 0;
    auto const character = text.substr(0, length);
    return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF" ? 0 : length;
}

bool is_safe_xml(std::string_view text, unsigned max_depth)
{
    return has_only_xml_characters(text) && scan(text, max_depth).run();
}

}  // namespace sluice
