#include "emulator/oss_range.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace sluice::emulator
{

namespace
{

struct asked_range
{
    enum class form
    {
        closed,  // first-last
        open,    // first-
        suffix   // -last: so many bytes at the end
    };
    form what = form::closed;
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    [[nodiscard]] bool is_inside(std::uint64_t size) const noexcept
    {
        switch (what)
        {
        case form::closed:
            return last < size;
        case form::open:
            return first < size;
        case form::suffix:
            return last > 0 && last <= size;
        }
        return false;
    }
};

std::optional<asked_range> read_range(std::string_view header)
{
    using form = asked_range::form;
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit))
        return std::nullopt;
    auto const text = trim(header.substr(unit.size()));
    auto const dash = text.find('-');
    if (dash == std::string_view::npos)
        return std::nullopt;

    auto const first_text = text.substr(0, dash);
    auto const last_text = text.substr(dash + 1);
    auto const first = parse_number<std::uint64_t>(first_text);
    auto const last = parse_number<std::uint64_t>(last_text);
    if (first && last && *first <= *last)
        return asked_range{form::closed, *first, *last};
    if (first && last_text.empty())
        return asked_range{form::open, *first, 0};
    if (first_text.empty() && last)
        return asked_range{form::suffix, 0, *last};
    return std::nullopt;
}

}  // namespace

byte_range choose_range(std::string_view header, std::uint64_t size, bool standard)
{
    using form = asked_range::form;
    auto const range = read_range(header);
    if (!range || (!standard && !range->is_inside(size)))
        return {byte_range::kind::whole, 0, size};

    auto const begin = range->what == form::suffix ? size - std::min(range->last, size) : range->first;
    if (begin >= size)
        return {byte_range::kind::not_satisfiable, 0, 0};
    auto const to_end = size - begin;
    auto const length = range->what == form::closed ? std::min(range->last - begin, to_end - 1) + 1 : to_end;
    return {byte_range::kind::partial, begin, length};
}

}  // namespace sluice::emulator
