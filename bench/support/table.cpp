#include "support/table.hpp"

#include <algorithm>

namespace bench
{

void table::compare(std::string_view name, std::string_view other, role what)
{
    auto* const mine = find_figure(name);
    auto const* const theirs = find_figure(other);
    if (mine != nullptr && theirs != nullptr)
        mine->ratios.push_back(
            {std::string(other), mine->figure.median() / theirs->figure.median(), what == role::limit});
}

void table::goal_at_most(std::string_view name, std::string what, double bound, std::string_view other)
{
    auto* const mine = find_figure(name);
    auto const* const theirs = find_figure(other);
    if (mine != nullptr && theirs != nullptr)
        mine->goals.push_back(at_most(std::move(what), bound, mine->figure.median() / theirs->figure.median()));
}

void table::goal_at_least(std::string_view name, std::string what, double bound, std::string_view other)
{
    auto* const mine = find_figure(name);
    auto const* const theirs = find_figure(other);
    if (mine != nullptr && theirs != nullptr)
        mine->goals.push_back(at_least(std::move(what), bound, mine->figure.median() / theirs->figure.median()));
}

void table::goal_at_most(std::string_view name, std::string what, double bound)
{
    if (auto* const mine = find_figure(name))
        mine->goals.push_back(at_most(std::move(what), bound, mine->figure.median()));
}

void table::goal_at_least(std::string_view name, std::string what, double bound)
{
    if (auto* const mine = find_figure(name))
        mine->goals.push_back(at_least(std::move(what), bound, mine->figure.median()));
}

void table::emit_all() const
{
    for (auto const& r : rows_)
        emit(r);
}

row* table::find_figure(std::string_view name)
{
    auto const at = std::ranges::find_if(rows_, [&](row const& r) { return r.name == name && !r.figure.empty(); });
    return at == rows_.end() ? nullptr : &*at;
}

}  // namespace bench
