#pragma once

#include "net/buffer_cache.hpp"
#include "net/transport.hpp"
#include "upload/progress.hpp"

#include <sluice/source.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
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

    // Where the blocks are read: many bodies wait, and few are being sent.
    using block_cache = std::shared_ptr<net::buffer_cache>;
    static block_cache make_cache() { return std::make_shared<net::buffer_cache>(block_size, blocks_kept); }

    // Which bytes of the source.
    struct range
    {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    // `from` and `meter` must outlive it.
    part_body(source& from, range what, asio::any_io_executor blocking, block_cache blocks, progress_meter& meter,
        ending at_end = ending::plain);
    ~part_body() override;
    part_body(part_body const&) = delete;
    part_body& operator=(part_body const&) = delete;

    // Called each time that all of it was handed over.
    void when_sent(std::function<void()> tell) { tell_sent_ = std::move(tell); }

    [[nodiscard]] std::uint64_t size() const noexcept override { return range_.size; }
    void rewind() override;
    asio::awaitable<result<asio::const_buffer>> next() override;
    [[nodiscard]] bool is_ready() const noexcept override;
    void let_go() override;

    // Everything was handed out since the last rewind, so that crc64() is that of the whole range.
    [[nodiscard]] bool finished() const noexcept { return passed_ == range_.size; }
    [[nodiscard]] std::uint64_t crc64() const noexcept { return crc_; }

private:
    static constexpr std::size_t blocks_kept = 8;

    [[nodiscard]] std::size_t next_size() const noexcept;
    asio::awaitable<result<asio::const_buffer>> read_block(std::size_t size);
    result<asio::const_buffer> hand_out(asio::const_buffer block);
    result<void> check_end(std::size_t block);

    source& source_;
    range range_;
    asio::any_io_executor blocking_;
    block_cache blocks_;
    progress_meter& meter_;
    ending at_end_;
    net::buffer_cache::block block_;  // not for sources that lie in memory
    std::function<void()> tell_sent_;
    std::uint64_t passed_ = 0;
    std::uint64_t crc_ = 0;
};

}  // namespace sluice::upload
