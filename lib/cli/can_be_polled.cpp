#include "cli/can_be_polled.hpp"

#include <sys/epoll.h>
#include <unistd.h>

namespace sluice::cli
{

bool can_be_polled(int descriptor) noexcept
{
    int const trial = ::epoll_create1(EPOLL_CLOEXEC);
    if (trial < 0)
        return false;
    ::epoll_event wanted{};
    wanted.events = EPOLLIN;
    bool const taken = ::epoll_ctl(trial, EPOLL_CTL_ADD, descriptor, &wanted) == 0;
    ::close(trial);
    return taken;
}

}  // namespace sluice::cli
