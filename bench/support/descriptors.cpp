#include "support/descriptors.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

namespace bench
{

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    {
        limit.rlim_cur = limit.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &limit) == 0)
            return;
    }
    std::perror("RLIMIT_NOFILE");
    std::exit(1);
}

}  // namespace bench
