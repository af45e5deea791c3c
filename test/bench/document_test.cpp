#include "report/document.hpp"

#include "sample_results.hpp"

#include <doctest/doctest.h>

using namespace bench_report;

TEST_CASE("the page shows the picture, the goals, the machine and what is missing")
{
    auto const page = make_document(test::sample_results(), "benchmarks");
    REQUIRE(page.pictures.size() == 1);
    CHECK(page.pictures.front().name == "decode-pair-ns.svg");
    for (auto const* const part : {"![decode: pair](benchmarks/decode-pair-ns.svg)", "1 of 1 met.",
             "| decode: pair, fast | &gt;= 35 times faster than &lt;slow&gt; | 40 | met |",
             "- decode: pair, other: it is not installed", "| date | 2026-03-30 |"})
        CHECK(page.markdown.find(part) != std::string::npos);
}

TEST_CASE("the same results make the same page")
{
    auto const first = make_document(test::sample_results(), "benchmarks");
    auto const second = make_document(test::sample_results(), "benchmarks");
    CHECK(first.markdown == second.markdown);
    CHECK(first.pictures.front().svg == second.pictures.front().svg);
}

TEST_CASE("a missed goal is said first and plainly")
{
    auto results = test::sample_results();
    results.front().goals.front().met = false;
    auto const page = make_document(results, "benchmarks").markdown;
    CHECK(page.find("0 of 1 met; **1 missed**.") < page.find("## decode"));
    CHECK(page.find("| 40 | **missed** |") != std::string::npos);
}
