#pragma once

#include <sluice/upload_session.hpp>

#include <string_view>

namespace sluice::cli
{

// 7, 1-400 or 401- (to the last). Errors: errc::invalid_argument.
result<part_range> parse_part_range(std::string_view text);

}  // namespace sluice::cli
