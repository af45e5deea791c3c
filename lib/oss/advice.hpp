#pragma once

#include <string_view>

namespace sluice::oss
{

// What to do about a refusal of the service, in a sentence or two; empty where its own message says all there is.
std::string_view advice_on(std::string_view service_code, int http_status, std::string_view message) noexcept;

}  // namespace sluice::oss
