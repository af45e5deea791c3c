#include "emulator/media_library.hpp"

#include "emulator/endpoint_names.hpp"

#include "base/percent.hpp"

#include <algorithm>

namespace sluice::emulator
{

media& media_library::obtain(std::string const& id, system_time now)
{
    auto const [place, is_new] = media_.try_emplace(id);
    if (is_new)
    {
        place->second.id = id;
        place->second.created = now;
    }
    return place->second;
}

media const* media_library::find(std::string_view id) const
{
    auto const found = media_.find(id);
    return found == media_.end() ? nullptr : &found->second;
}

media const* media_library::find_by_place(object_place const& place) const
{
    auto const found = std::ranges::find_if(media_, [&](auto const& entry) {
        return std::ranges::any_of(entry.second.files, [&](media_file const& f) { return f.place == place; });
    });
    return found == media_.end() ? nullptr : &found->second;
}

std::optional<media> media_library::remove(std::string_view id)
{
    auto const found = media_.find(id);
    if (found == media_.end())
        return std::nullopt;
    auto removed = std::move(found->second);
    media_.erase(found);
    return removed;
}

std::optional<object_place> parse_object_url(std::string_view url)
{
    auto const scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos)
        return std::nullopt;
    auto const scheme = url.substr(0, scheme_end);
    auto const rest = url.substr(scheme_end + 3);
    auto const slash_at = rest.find('/');
    if (slash_at == std::string_view::npos || slash_at == 0 || slash_at + 1 == rest.size())
        return std::nullopt;
    auto const host = rest.substr(0, slash_at);
    auto const path = rest.substr(slash_at + 1);

    if (scheme == "oss")  // the key is written as it is
        return object_place{std::string(host), std::string(path)};
    if (scheme != "http" && scheme != "https")
        return std::nullopt;
    auto key = uri_decode(path.substr(0, path.find('?')), plus::literal);
    auto const dot = host.find('.');
    // What stands behind the bucket's label must be an endpoint.
    if (!key || key->empty() || dot == 0 || dot == std::string_view::npos ||
        service_of_host(host.substr(dot + 1)) != service_kind::oss)
        return std::nullopt;
    return object_place{std::string(host.substr(0, dot)), std::move(*key)};
}

}  // namespace sluice::emulator
