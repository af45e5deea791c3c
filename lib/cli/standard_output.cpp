#include "cli/standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace sluice::cli
{

namespace
{

bool loss_was_told = false;

void tell_loss(int number)
{
    if (loss_was_told)
        return;
    loss_was_told = true;
    std::fprintf(stderr, "sluice: standard output could not be written: %s\n", std::strerror(number));
}

}  // namespace

void reserve_standard_descriptors() noexcept
{
    for (int const descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    {
        if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF)
            continue;
        // The lowest free number is this one. Opened the wrong way round: using it fails as if it were closed.
        int const opened = ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        if (opened != descriptor && opened >= 0)
            ::close(opened);
    }
}

void write_output(std::string_view text)
{
    errno = 0;
    bool const written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    bool const flushed = std::fflush(stdout) == 0;
    if (!written || !flushed)
        tell_loss(errno);
}

bool output_is_complete()
{
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
        return true;
    tell_loss(errno != 0 ? errno : EIO);  // EIO: the reason was not kept
    return false;
}

}  // namespace sluice::cli
