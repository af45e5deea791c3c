#pragma once

#include "upload/file_descriptor.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sluice::upload
{

namespace asio = boost::asio;

struct cold_read_result
{
    std::size_t bytes = 0;  // fewer than asked for: the file ends there
    int failure = 0;        // errno
    bool cancelled = false;
};

// pread() on `blocking`, resumed on the caller's executor, until `to` is full.
// The system call can't be interrupted (a stuck NFS server, a sleeping disk). So it reads into memory of its own: a
// cancelled caller is resumed at once and may free `to`, while the read ends alone.
asio::awaitable<cold_read_result> cold_read(std::shared_ptr<file_descriptor const> file, std::uint64_t offset,
    asio::mutable_buffer to, asio::any_io_executor blocking);

}  // namespace sluice::upload
