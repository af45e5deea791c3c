#pragma once

#include "base/text.hpp"
#include "sign/field_view.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sign
{

// What the canonical forms of the three signatures have in common. Nothing here copies a name or a value but into the
// text that is signed.

// Headers that take part in a signature: values trimmed, sorted by lower-case name; equal names stay in order.
using header_selection = std::vector<field_view>;

template <class Predicate>
header_selection select_headers(std::span<field_view const> headers, Predicate const& takes_part)
{
    header_selection out;
    out.reserve(headers.size());
    for (auto const& [name, value] : headers)
        if (takes_part(name))
            out.emplace_back(name, trim(value));
    std::ranges::stable_sort(out, less_ignoring_case, &field_view::first);
    return out;
}

// `name:value\n` for each name, lower case; the values of one name are joined with commas.
void append_header_lines(std::string& out, header_selection const& headers);

// Each name once, lower case, joined with semicolons.
void append_header_names(std::string& out, header_selection const& headers);

// The value of the first header of that name, trimmed; empty when there is none.
std::string_view header_value(std::span<field_view const> headers, std::string_view name) noexcept;

}  // namespace sluice::sign
