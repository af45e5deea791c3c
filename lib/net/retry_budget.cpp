#include "net/retry_budget.hpp"

#include <algorithm>

namespace sluice::net
{

bool retry_budget::take() noexcept
{
    if (most_ == 0)
        return true;
    if (left_ < tenths)
        return false;
    left_ -= tenths;
    return true;
}

void retry_budget::answered_well() noexcept
{
    left_ = std::min(left_ + 1, most_);
}

}  // namespace sluice::net
