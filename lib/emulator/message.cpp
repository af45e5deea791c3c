#include "emulator/message.hpp"

#include "base/percent.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace sluice::emulator
{

std::string_view request_head::field(std::string_view name) const noexcept
{
    auto const found = std::ranges::find_if(fields, [&](auto const& f) { return equal_ignoring_case(f.first, name); });
    return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

bool request_head::has_field(std::string_view name) const noexcept
{
    return std::ranges::any_of(fields, [&](auto const& f) { return equal_ignoring_case(f.first, name); });
}

std::string const* parsed_target::parameter(std::string_view name) const noexcept
{
    auto const found = std::ranges::find_if(query, [&](auto const& p) { return p.first == name; });
    return found == query.end() ? nullptr : &found->second;
}

std::optional<parsed_target> parse_target(std::string_view target)
{
    auto const question = target.find('?');
    auto path = uri_decode(target.substr(0, question), plus::literal);
    if (!path)
        return std::nullopt;

    parsed_target parsed;
    parsed.path = std::move(*path);
    auto rest = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    while (!rest.empty())
    {
        auto const item = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        if (item.empty())
            continue;
        auto const equals = item.find('=');
        auto name = uri_decode(item.substr(0, equals), plus::space);
        auto value = uri_decode(equals == std::string_view::npos ? "" : item.substr(equals + 1), plus::space);
        if (!name || !value)
            return std::nullopt;
        parsed.query.emplace_back(std::move(*name), std::move(*value));
    }
    return parsed;
}

}  // namespace sluice::emulator
