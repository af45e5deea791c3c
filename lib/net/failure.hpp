#pragma once

#include <sluice/error.hpp>

#include <chrono>
#include <string>

namespace sluice::net
{

// The errors that a connection and the pool find themselves, told so that the reader knows what to change.
error aborted();
error deadline_passed(std::string_view meanwhile);  // "waited for a free connection"
error stalled(std::chrono::milliseconds limit);
error no_answer(std::chrono::milliseconds limit);
error connection_lost(std::string what_happened);
error body_length_wrong(std::uint64_t announced, bool longer);

}  // namespace sluice::net
