#pragma once

#include <sluice/upload_session.hpp>

#include <chrono>
#include <string_view>

namespace sluice::cli
{

// 30m, 24h, 7d, 90s: a whole number and its unit. Errors: errc::invalid_argument.
result<std::chrono::seconds> parse_age(std::string_view text);

// False where the service says no date.
bool is_older(open_upload const& upload, std::chrono::seconds age) noexcept;

}  // namespace sluice::cli
