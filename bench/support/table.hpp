#pragma once

#include "support/row.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench
{

// The rows of one program, by their names, and how they compare. Where a row has no figure, nothing is compared.
class table
{
public:
    enum class role
    {
        limit,
        peer
    };

    void add(row r) { rows_.push_back(std::move(r)); }

    // The figure of `name` divided by that of `other`.
    void compare(std::string_view name, std::string_view other, role what);
    void goal_at_most(std::string_view name, std::string what, double bound, std::string_view other);
    void goal_at_least(std::string_view name, std::string what, double bound, std::string_view other);

    // The figure itself.
    void goal_at_most(std::string_view name, std::string what, double bound);
    void goal_at_least(std::string_view name, std::string what, double bound);

    void emit_all() const;

private:
    [[nodiscard]] row* find_figure(std::string_view name);  // null: none, or it has no figure

    std::vector<row> rows_;
};

}  // namespace bench
