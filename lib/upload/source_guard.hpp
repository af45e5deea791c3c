#pragma once

#include <sluice/source.hpp>
#include <sluice/stream_source.hpp>

#include <cstdint>

namespace sluice::upload
{

// Sources may be the user's own: what they throw becomes errc::source_failed, and every error names the source.
result<std::uint64_t> guarded_open(source& from);
asio::awaitable<result<std::size_t>> guarded_read(
    source& from, std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking);
result<void> guarded_verify(source& from);

// The same of one that is pulled, which has no name.
asio::awaitable<result<std::size_t>> guarded_read(stream_source& from, asio::mutable_buffer to);

// The source has no more bytes at `offset` although open() promised them.
error ended_early(source& from, std::uint64_t offset);

}  // namespace sluice::upload
