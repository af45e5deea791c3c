#pragma once

#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <functional>
#include <string>
#include <utility>

namespace sluice
{

namespace asio = boost::asio;

/// Bytes to upload of unknown length, which are read once, from the beginning to the end: a live stream, a pipe.
/// What was read is kept in memory until the server has confirmed it, within client_config::memory_limit: a source that
/// is faster than the line is read no faster than that.
/// Lifetime: must outlive the upload that reads it.
class SLUICE_EXPORT stream_source
{
public:
    stream_source() = default;
    stream_source(stream_source const&) = delete;
    stream_source& operator=(stream_source const&) = delete;
    virtual ~stream_source() = default;

    /// What errors call it.
    [[nodiscard]] virtual std::string name() const = 0;

    /// Reads at least one byte into `to`, and at most all of it. 0: the stream has ended, and the object is complete.
    /// An error ends the upload and leaves no object. Runs on the client's strand, and must not block it. Honours
    /// cancellation. What it throws counts as errc::source_failed.
    virtual asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) = 0;
};

/// Any asynchronous read function as a source.
class SLUICE_EXPORT function_source final : public stream_source
{
public:
    using function = std::function<asio::awaitable<result<std::size_t>>(asio::mutable_buffer to)>;

    function_source(std::string name, function read_some) : name_(std::move(name)), read_some_(std::move(read_some)) {}

    [[nodiscard]] std::string name() const override { return name_; }
    asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) override { return read_some_(to); }

private:
    std::string name_;
    function read_some_;
};

}  // namespace sluice
