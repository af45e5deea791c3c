#pragma once

#include "report/result.hpp"

#include <string_view>
#include <vector>

namespace bench_report::test
{

// What a program writes: ours, a limit, a peer, and a peer that is missing.
inline constexpr std::string_view sample_lines =
    R"({"program":"decode","name":"pair, fast","group":"pair","parameters":{"text":"192 bytes"},"unit":"ns",)"
    R"("median":250,"min":240,"max":300,"rounds":15,"beside":{"allocations":0},"ratios":)"
    R"([{"to":"pair, memcpy","value":10,"limit":true},{"to":"pair, <slow>","value":0.025,"limit":false}],)"
    R"("goals":[{"what":"times faster than <slow>","bound":">= 35","reached":40,"met":true}],)"
    R"("machine":{"date":"2026-03-30","processors":2}})"
    "\n\n"
    R"({"program":"decode","name":"pair, memcpy","group":"pair","parameters":{},"unit":"ns","median":25,"min":25,)"
    R"("max":25,"beside":{},"ratios":[],"goals":[]})"
    "\n"
    R"({"program":"decode","name":"pair, <slow>","group":"pair","parameters":{},"unit":"ns","median":10000,)"
    R"("min":9000,"max":11000,"beside":{},"ratios":[],"goals":[]})"
    "\n"
    R"({"program":"decode","name":"pair, other","group":"pair","parameters":{},"unit":"ns","beside":{},"ratios":[],)"
    R"("goals":[],"missing":"it is not installed"})"
    "\n";

inline std::vector<result> sample_results()
{
    return read_results(sample_lines, "sample");
}

}  // namespace bench_report::test
