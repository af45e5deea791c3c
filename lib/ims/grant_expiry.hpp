#pragma once

#include "base/utc_time.hpp"
#include "ims/json_object.hpp"

#include <chrono>
#include <optional>

namespace sluice::ims
{

// Expiration as the seconds that are left: a string `digits[.digits]` of at most 9 digits before the point, or a
// number in [0, 1e9). The fraction is dropped.
std::optional<std::chrono::seconds> seconds_left(json_token const& expiration) noexcept;

// ExpireUTCTime, or else Expiration where that is such a time.
std::optional<utc_seconds> end_of_life(json_token const& expire_utc_time, json_token const& expiration);

}  // namespace sluice::ims
