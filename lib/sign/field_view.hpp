#pragma once

#include <string_view>
#include <utility>

namespace sluice::sign
{

// Name and value of a query parameter (decoded) or a header (any case, untrimmed).
using field_view = std::pair<std::string_view, std::string_view>;

}  // namespace sluice::sign
