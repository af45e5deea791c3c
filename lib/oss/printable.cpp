#include "oss/printable.hpp"

#include "base/text.hpp"

namespace sluice::oss
{

namespace
{

bool is_blank(char c) noexcept
{
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

bool is_ascii(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x80;
}

bool is_continuation(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes)
{
    bool const utf8 = is_valid_utf8(text);
    std::string out;
    bool blank_due = false;
    for (char const c : trim(text))
    {
        if (is_blank(c))
        {
            blank_due = true;
            continue;
        }
        if (blank_due && !out.empty())
            out += ' ';
        blank_due = false;
        out += is_ascii(c) || utf8 ? c : '?';
        if (out.size() > max_bytes + 3)  // one character more than is kept, whatever its length
            break;
    }
    if (out.size() <= max_bytes)
        return out;

    std::size_t end = max_bytes;
    while (end > 0 && is_continuation(out[end]))  // never through the middle of a character
        --end;
    out.resize(end);
    return out + "...";
}

}  // namespace sluice::oss
