#include "emulator/oss_range.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace sluice::emulator
{

namespace
{

// Both ends are inside the text: a-b has both, a- the first, -n the last alone.
struct range_text
{
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> last;
};

std::optional<range_text> read_range(std::string_view header)
{
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit))
        return std::nullopt;
    auto const text = trim(header.substr(unit.size()));
    auto const dash = text.find('-');
    if (dash == std::string_view::npos)
        return std::nullopt;
    auto const first_text = text.substr(0, dash);
    auto const last_text = text.substr(dash + 1);
    range_text range{parse_number<std::uint64_t>(first_text), parse_number<std::uint64_t>(last_text)};
    bool const readable = (range.first || first_text.empty()) && (range.last || last_text.empty());
    if (!readable || (!range.first && !range.last) || (range.first && range.last && *range.first > *range.last))
        return std::nullopt;
    return range;
}

}  // namespace

byte_range choose_range(std::string_view header, std::uint64_t size, bool standard)
{
    byte_range const whole{byte_range::kind::whole, 0, size};
    auto const range = read_range(header);
    if (!range)
        return whole;

    // [begin, end) as asked for; a suffix may begin before the object does.
    auto const suffix = !range->first;
    auto const begin = suffix ? size - std::min(*range->last, size) : *range->first;
    auto const last = suffix || !range->last ? size : *range->last;
    bool const inside =
        suffix ? *range->last > 0 && *range->last <= size : begin < size && (!range->last || last < size);
    if (!inside && !standard)
        return whole;
    if (begin >= size)
        return {byte_range::kind::not_satisfiable, 0, 0};
    auto const end = suffix || last >= size ? size : last + 1;
    return {byte_range::kind::partial, begin, end - begin};
}

}  // namespace sluice::emulator
