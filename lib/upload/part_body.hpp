#pragma once

#include "net/transport.hpp"
#include "upload/progress.hpp"

#include <sluice/source.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>

namespace sluice::upload
{

// A range of a source as the body of a request: read, counted and put through CRC-64 block by block while it is sent.
class part_body final : public net::body_source
{
public:
    // 256 KiB is where reading from the page cache is cheapest, and what one batch of the TLS writer takes.
    static constexpr std::size_t block_size = 256 * kib;

    // What to do when the last byte was read and before it is sent: the last moment to keep a put from being stored.
    enum class ending
    {
        plain,
        verify_source
    };

    // `from` and `meter` must outlive it.
    part_body(source& from, asio::any_io_executor blocking, progress_meter& meter, ending at_end = ending::plain);

    // Which range to send next. The buffer is kept.
    void assign(std::uint64_t offset, std::uint64_t size) noexcept;

    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
    void rewind() override;
    asio::awaitable<result<asio::const_buffer>> next() override;
    [[nodiscard]] bool is_ready() const noexcept override;

    // Everything was handed out since the last rewind, so that crc64() is that of the whole range.
    [[nodiscard]] bool finished() const noexcept { return passed_ == size_; }
    [[nodiscard]] std::uint64_t crc64() const noexcept { return crc_; }

private:
    [[nodiscard]] std::size_t next_size() const noexcept;
    asio::awaitable<result<asio::const_buffer>> read_block(std::size_t size);
    result<void> check_end(std::size_t block);

    source& source_;
    asio::any_io_executor blocking_;
    progress_meter& meter_;
    ending at_end_;
    std::unique_ptr<std::byte[]> buffer_;  // not for sources that lie in memory
    std::uint64_t offset_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t passed_ = 0;
    std::uint64_t crc_ = 0;
};

}  // namespace sluice::upload
