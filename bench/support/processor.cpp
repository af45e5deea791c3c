#include "support/processor.hpp"

#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace bench
{

void pin_to_processor(unsigned number)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(number, &set);
    if (::sched_setaffinity(0, sizeof(set), &set) == 0)
        return;
    std::perror("sched_setaffinity");
    std::exit(1);
}

double thread_cpu_seconds() noexcept
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace bench
