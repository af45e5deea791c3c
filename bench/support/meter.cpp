#include "support/meter.hpp"

#include <sys/resource.h>

namespace bench
{

double seconds(timeval const& t) noexcept
{
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

namespace
{

cost used_so_far()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return {0, seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

}  // namespace

meter::meter() : begin_(std::chrono::steady_clock::now()), before_(used_so_far()) {}

cost meter::stop() const
{
    auto used = used_so_far();
    used.user -= before_.user;
    used.system -= before_.system;
    used.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    return used;
}

}  // namespace bench
