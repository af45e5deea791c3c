#pragma once

namespace bench
{

// The calling thread, and those that it starts, run nowhere else. Ends the process when the system refuses.
void pin_to_processor(unsigned number);

// CPU time of the calling thread in seconds: what other processes take away does not count.
double thread_cpu_seconds() noexcept;

}  // namespace bench
