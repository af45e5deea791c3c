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
void insert_sorted(sorted_fields& fields, field_view field, Less const& less)
{
    if (fields.empty() || !less(field, fields.back()))
        fields.push_back(field);
    else
        fields.insert(std::ranges::upper_bound(fields, field, less), field);
}

// `less` compares names. Into `out`, whose memory is used again.
template <class Less>
void sort_by_name(sorted_fields& out, std::span<field_view const> fields, Less const& less)
{
    out.clear();
    for (auto const& field : fields)
        insert_sorted(out, field, [&less](field_view const& a, field_view const& b) { return less(a.first, b.first); });
}

inline bool less_by_header_name(field_view const& a, field_view const& b) noexcept
{
    return less_ignoring_case(a.first, b.first);
}

// The headers that take part in a signature, values trimmed, sorted: by lower-case name, if nothing else is said.
// Into `out`, whose memory is used again.
template <class Predicate, class Less = decltype(&less_by_header_name)>
void select_headers(sorted_fields& out, std::span<field_view const> headers, Predicate const& takes_part,
    Less const& less = &less_by_header_name)
{
    out.clear();
    for (auto const& [name, value] : headers)
        if (takes_part(name))
            insert_sorted(out, {name, trim(value)}, less);
}

// `name:value\n` for each name, lower case; the values of one name are joined with commas.
void append_header_lines(std::string& out, sorted_fields const& headers);

// Each name once, lower case, joined with semicolons.
void append_header_names(std::string& out, sorted_fields const& headers);

// The value of the first header of that name, trimmed; empty when there is none.
std::string_view header_value(std::span<field_view const> headers, std::string_view name) noexcept;

}  // namespace sluice::sign
