#pragma once

namespace sluice::cli
{

// Whether the reactor can wait for what is to be read from this descriptor: epoll is asked, which takes pipes, sockets,
// terminals and most devices, and refuses regular files and folders.
bool can_be_polled(int descriptor) noexcept;

}  // namespace sluice::cli
