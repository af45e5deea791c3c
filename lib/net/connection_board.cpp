#include "net/connection_board.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::net
{

namespace
{

// The least busy without room is a sign that the others have none either: bytes and requests are what room is made of.
// Some may have none for reasons of their own, such as an answer that nobody waits for.
constexpr int tries = 4;

}  // namespace

void connection_board::add(std::shared_ptr<connection> c)
{
    auto* const key = c.get();
    all_.emplace(key, entry{std::move(c), ++last_age_, place::nowhere, {}, {}});
    update(*key);
}

void connection_board::remove(connection const& c)
{
    auto const found = all_.find(&c);
    if (found == all_.end())
        return;
    take_out(found->second);
    all_.erase(found);
}

void connection_board::update(connection const& c)
{
    auto const found = all_.find(&c);
    if (found == all_.end())
        return;
    auto& e = found->second;
    auto const now_at = place_of(c);
    if (now_at == place::busy && e.at == place::busy)
    {
        auto const now = load_of(e);
        if (*e.among_busy == now)
            return;
        auto node = busy_.extract(e.among_busy);
        node.value() = now;
        e.among_busy = busy_.insert(std::move(node)).position;
        return;
    }
    if (now_at == e.at)
        return;
    take_out(e);
    e.at = now_at;
    if (now_at == place::busy)
        e.among_busy = busy_.insert(load_of(e)).first;
    else if (now_at == place::idle)
    {
        if (spare_.empty())
            spare_.emplace_back();
        idle_.splice(idle_.end(), spare_, spare_.begin());
        idle_.back() = e.owner.get();
        e.among_idle = std::prev(idle_.end());
    }
}

void connection_board::take_out(entry& e)
{
    if (e.at == place::idle)
        spare_.splice(spare_.end(), idle_, e.among_idle);
    else if (e.at == place::busy)
        busy_.erase(e.among_busy);
    e.at = place::nowhere;
}

connection_board::place connection_board::place_of(connection const& c) noexcept
{
    if (!c.book().accepts())
        return place::nowhere;
    return c.is_idle() ? place::idle : place::busy;
}

connection_board::load connection_board::load_of(entry const& e) noexcept
{
    auto const& book = e.owner->book();
    return {book.is_held_up(), book.bytes(), book.size(), e.age, e.owner.get()};
}

connection* connection_board::idle() const noexcept
{
    return idle_.empty() ? nullptr : idle_.back();
}

connection* connection_board::idle_and_unused() const noexcept
{
    auto const found = std::find_if(idle_.rbegin(), idle_.rend(), [](auto const* c) { return !c->was_used(); });
    return found == idle_.rend() ? nullptr : *found;
}

connection* connection_board::with_room(exchange const& x, pipeline_depth const& depth) const noexcept
{
    int tried = 0;
    for (auto const& candidate : busy_)
    {
        auto* const c = std::get<connection*>(candidate);
        if (c->book().has_room(x, depth))
            return c;
        if (++tried == tries)
            break;
    }
    return nullptr;
}

std::size_t connection_board::held_up() const noexcept
{
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [](auto const& one) { return one.second.owner->book().is_held_up(); }));
}

std::vector<std::shared_ptr<connection>> connection_board::copy() const
{
    std::vector<std::shared_ptr<connection>> out;
    out.reserve(all_.size());
    for (auto const& [c, e] : all_)
        out.push_back(e.owner);
    return out;
}

}  // namespace sluice::net
