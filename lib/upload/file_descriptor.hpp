#pragma once

#include <unistd.h>

namespace sluice::upload
{

// Owns an open file. Shared by the source and by reads that still run when the source is gone.
class file_descriptor
{
public:
    explicit file_descriptor(int fd) noexcept : fd_(fd) {}
    file_descriptor(file_descriptor const&) = delete;
    file_descriptor& operator=(file_descriptor const&) = delete;
    ~file_descriptor() { ::close(fd_); }

    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

}  // namespace sluice::upload
