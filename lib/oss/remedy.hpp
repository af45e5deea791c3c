#pragma once

#include "oss/error_answer.hpp"

#include <string_view>

namespace sluice::oss
{

// What makes it worth while to send a refused request again.
enum class remedy
{
    none,              // it would be refused again
    waiting,           // a fault of the service or of the way to it
    right_clock,       // the signature's time was wrong
    other_credentials  // the credentials are no good (any more)
};

// With these codes the service calls a credential no good, or none any more.
bool refuses_credential(std::string_view service_code) noexcept;

remedy remedy_for(error_answer const& said, int http_status) noexcept;

}  // namespace sluice::oss
