#include "report/chart.hpp"

#include "report/bar_chart.hpp"
#include "sample_results.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace bench_report;

TEST_CASE("a result is read as it was written")
{
    auto const results = test::sample_results();
    REQUIRE(results.size() == 4);
    auto const& first = results.front();
    CHECK(first.figure.value().median == 250);
    CHECK(first.ratios.at(0).is_limit);
    CHECK(first.goals.at(0).met);
    CHECK(first.machine.at(1) == std::pair<std::string, std::string>("processors", "2"));
    CHECK(results.back().missing == "it is not installed");
}

TEST_CASE("a line that is no result is named")
{
    CHECK_THROWS_WITH_AS(read_results("\n{}\n", "file"), doctest::Contains("file:2: "), std::runtime_error);
}

TEST_CASE("rows of one group and unit make a chart, and each has its part in it")
{
    auto const results = test::sample_results();
    auto const charts = make_charts(results);
    REQUIRE(charts.size() == 1);
    auto const& c = charts.front();
    REQUIRE(c.lines.size() == 4);
    CHECK(c.lines[0].part == part_played::own);
    CHECK(c.lines[1].part == part_played::limit);
    CHECK(c.lines[2].part == part_played::other);
    CHECK(c.lines[3].part == part_played::other);
    CHECK(short_name(c, results[0].name) == "fast");
    CHECK(title_of(c) == "decode: pair");
    CHECK(scale_of(c) == "ns, less is better");
}

TEST_CASE("rates and shares are better when they are more")
{
    for (auto const* const unit : {"GB/s", "calls/s", "% of the link", "share of the link"})
        CHECK(more_is_better(unit));
    for (auto const* const unit : {"ns", "s/GB", "us/call", "KiB", "allocations"})
        CHECK(!more_is_better(unit));
}

TEST_CASE("a chart shows every row, the limit, the goal and what is missing")
{
    auto const results = test::sample_results();
    auto const image = bar_chart(make_charts(results).front());
    CHECK(image.starts_with("<svg xmlns="));
    CHECK(image.ends_with("</svg>\n"));
    for (auto const* const part : {">fast<", ">&lt;slow&gt;<", "class=\"limit-line\"", "class=\"met\"",
             "prefers-color-scheme:dark", "not measured: it is not installed"})
        CHECK(image.find(part) != std::string::npos);
    CHECK(image.find("class=\"missed\"") == std::string::npos);
}
