#pragma once

#include "report/chart.hpp"

#include <span>
#include <string>
#include <vector>

namespace bench_report
{

struct picture
{
    std::string name;  // "decode-credential-pair.svg"
    std::string svg;
};

struct document
{
    std::string markdown;
    std::vector<picture> pictures;
};

// A page for readers of the repository; it expects its pictures in `folder`, beside it.
document make_document(std::span<result const> results, std::string_view folder);

}  // namespace bench_report
