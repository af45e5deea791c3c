#include "report/table.hpp"

#include "sample_results.hpp"

#include <doctest/doctest.h>

using namespace bench_report;

TEST_CASE("the table tells figures, ratios, goals and what is missing")
{
    auto const results = test::sample_results();
    CHECK(text_table(make_charts(results)) ==
          "decode: pair (ns, less is better)\n"
          "             median        min        max\n"
          "  fast          250        240        300   text 192 bytes, allocations 0\n"
          "    cost: 10 of memcpy (limit); 0.0250 of <slow>\n"
          "    goal >= 35 times faster than <slow>: reached 40\n"
          "  memcpy         25         25         25\n"
          "  <slow>      10000       9000      11000\n"
          "  other   not measured: it is not installed\n"
          "\n"
          "goals met: 1 of 1\n");
}
