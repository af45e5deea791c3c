#include "ims/json_marks_scalar.hpp"

#include <cstring>

namespace sluice::ims
{

namespace
{

// Without a branch on what it finds, so that many bytes can be looked at in one step.
bool is_printable_without_backslash(char const* text, std::size_t size, bool& has_blanks) noexcept
{
    unsigned char wrong = 0;
    unsigned char blank = 0;
    for (std::size_t i = 0; i < size; ++i)
    {
        auto const c = static_cast<unsigned char>(text[i]);
        wrong = static_cast<unsigned char>(wrong | (c < 0x20) | (c > 0x7E) | (c == '\\'));
        blank = static_cast<unsigned char>(blank | (c == ' '));
    }
    has_blanks = blank != 0;
    return wrong == 0;
}

}  // namespace

bool find_json_marks_scalar(char const* text, std::size_t size, json_marks& marks) noexcept
{
    marks.count = 0;
    if (!is_printable_without_backslash(text, size, marks.blanks))
        return false;
    for (std::size_t at = 0; at < size; ++at)
    {
        auto const* const quote = static_cast<char const*>(std::memchr(text + at, '"', size - at));
        if (quote == nullptr)
            return true;
        if (marks.count == json_marks::capacity)
            return false;
        at = static_cast<std::size_t>(quote - text);
        marks.quotes[marks.count++] = static_cast<std::uint32_t>(at);
    }
    return true;
}

}  // namespace sluice::ims
