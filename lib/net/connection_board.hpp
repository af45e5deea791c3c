#pragma once

#include "net/connection.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace sluice::net
{

// The open connections of one origin, in the order in which a request should try them, however many there are.
class connection_board
{
public:
    void add(std::shared_ptr<connection> c);
    void remove(connection const& c);

    // To be told whenever a connection took a request, got rid of one, or takes no more. Unknown ones are ignored.
    void update(connection const& c);

    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

    // The idle one used last: it is the least likely to have been closed, and the others may grow old. Null: none is.
    [[nodiscard]] connection* idle() const noexcept;
    // The one of them that has carried nothing yet; rarely looked for.
    [[nodiscard]] connection* idle_and_unused() const noexcept;

    // Of the least busy few, the first with room for x. Null: none of them has.
    [[nodiscard]] connection* with_room(exchange const& x, pipeline_depth const& depth) const noexcept;

    // Those behind whose slow bodies nobody should stand.
    [[nodiscard]] std::size_t held_up() const noexcept;

    // To go through all while some of them end.
    [[nodiscard]] std::vector<std::shared_ptr<connection>> copy() const;

    template <class F>
    void for_each(F const& f) const
    {
        for (auto const& [c, e] : all_)
            f(*c);
    }

private:
    // Held up; unanswered bytes of bodies, unanswered requests; the age makes each different.
    using load = std::tuple<bool, std::uint64_t, std::size_t, std::uint64_t, connection*>;

    enum class place
    {
        nowhere,  // it takes no more
        idle,
        busy
    };
    struct entry
    {
        std::shared_ptr<connection> owner;
        std::uint64_t age = 0;
        place at = place::nowhere;
        std::list<connection*>::iterator among_idle;
        std::set<load>::iterator among_busy;
    };

    static place place_of(connection const& c) noexcept;
    static load load_of(entry const& e) noexcept;
    void take_out(entry& e);

    std::unordered_map<connection const*, entry> all_;
    std::list<connection*> idle_;   // the one used last at the back
    std::list<connection*> spare_;  // nodes of the list above, to be used again
    std::set<load> busy_;
    std::uint64_t last_age_ = 0;
};

}  // namespace sluice::net
