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

// Names and values sorted by name; equal names stay in the order they came in.
using sorted_fields = std::vector<field_view>;

// Few fields come, mostly in order already: inserting each in its place is stable and needs no memory besides.
template <class Less>
void insert_by_name(sorted_fields& fields, field_view field, Less const& less)
{
    fields.insert(std::ranges::upper_bound(fields, field.first, less, &field_view::first), field);
}

template <class Less>
sorted_fields sort_by_name(std::span<field_view const> fields, Less const& less)
{
    sorted_fields out;
    out.reserve(fields.size());
    for (auto const& field : fields)
        insert_by_name(out, field, less);
    return out;
}

// The headers that take part in a signature, sorted by lower-case name, values trimmed.
template <class Predicate>
sorted_fields select_headers(std::span<field_view const> headers, Predicate const& takes_part)
{
    sorted_fields out;
    out.reserve(headers.size());
    for (auto const& [name, value] : headers)
        if (takes_part(name))
            insert_by_name(out, {name, trim(value)}, less_ignoring_case);
    return out;
}

// `name:value\n` for each name, lower case; the values of one name are joined with commas.
void append_header_lines(std::string& out, sorted_fields const& headers);

// Each name once, lower case, joined with semicolons.
void append_header_names(std::string& out, sorted_fields const& headers);

// The value of the first header of that name, trimmed; empty when there is none.
std::string_view header_value(std::span<field_view const> headers, std::string_view name) noexcept;

}  // namespace sluice::sign
