#pragma once

#include <string>
#include <string_view>

namespace sluice::ims
{

// What to do about a refusal, for people: by the service's code, or by the status where it gave none.
std::string advice(int status, std::string_view service_code, std::string_view operation);

// For an answer that no service of the vendor would give.
std::string advice_on_foreign_answer();

}  // namespace sluice::ims
