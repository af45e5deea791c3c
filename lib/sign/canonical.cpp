#include "sign/canonical.hpp"

namespace sluice::sign
{

namespace
{

// Sorted headers: does this one bear the name of the one before it?
bool repeats_name(sorted_fields const& headers, std::size_t i) noexcept
{
    return i > 0 && equal_ignoring_case(headers[i - 1].first, headers[i].first);
}

}  // namespace

void append_header_lines(std::string& out, sorted_fields const& headers)
{
    for (std::size_t i = 0; i < headers.size(); ++i)
    {
        if (repeats_name(headers, i))
        {
            out.back() = ',';  // instead of the line's end
        }
        else
        {
            append_lower(out, headers[i].first);
            out += ':';
        }
        out += headers[i].second;
        out += '\n';
    }
}

void append_header_names(std::string& out, sorted_fields const& headers)
{
    for (std::size_t i = 0; i < headers.size(); ++i)
    {
        if (repeats_name(headers, i))
            continue;
        if (i > 0)
            out += ';';
        append_lower(out, headers[i].first);
    }
}

std::string_view header_value(std::span<field_view const> headers, std::string_view name) noexcept
{
    for (auto const& [present, value] : headers)
        if (equal_ignoring_case(present, name))
            return trim(value);
    return {};
}

}  // namespace sluice::sign
