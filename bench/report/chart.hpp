#pragma once

#include "report/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench_report
{

enum class part_played
{
    own,
    limit,
    other  // a peer, or something to compare with by eye
};

// Rows to be looked at together: of one program, one group and one unit.
struct chart
{
    struct line
    {
        result const* row;
        part_played part;
    };

    std::string program;
    std::string group;
    std::string unit;
    std::vector<line> lines;
};

// In the order in which the results came. Views into them.
std::vector<chart> make_charts(std::span<result const> results);

// A row's name, without the group where it begins with it.
std::string_view short_name(chart const& c, std::string_view name) noexcept;

// "decode: credential pair"
std::string title_of(chart const& c);
// "ns, less is better"
std::string scale_of(chart const& c);

}  // namespace bench_report
