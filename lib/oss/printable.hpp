#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::oss
{

// Text from elsewhere as it may stand in a one-line message: runs of blanks and control characters become one space,
// what is not UTF-8 becomes question marks, and what is longer than `max_bytes` ends in "...".
std::string printable(std::string_view text, std::size_t max_bytes);

}  // namespace sluice::oss
