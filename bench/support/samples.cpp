#include "support/samples.hpp"

#include <algorithm>

namespace bench
{

double samples::median() const
{
    auto sorted = values_;
    std::ranges::sort(sorted);
    auto const middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double samples::min() const
{
    return *std::ranges::min_element(values_);
}

double samples::max() const
{
    return *std::ranges::max_element(values_);
}

}  // namespace bench
