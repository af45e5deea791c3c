#pragma once

#include <chrono>

namespace bench
{

// Seconds that a processor has worked since the machine started, for whomever.
double busy_seconds(unsigned processor);

// Waits until the processors have next to nothing else to do, but no longer than `patience`, which it uses up.
void wait_for_quiet(std::chrono::milliseconds& patience);

}  // namespace bench
