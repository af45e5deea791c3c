#pragma once

#include "net/transport.hpp"
#include "upload/bandwidth_limit.hpp"
#include "upload/memory_budget.hpp"
#include "upload/progress.hpp"

#include <sluice/source.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>

namespace sluice::upload
{

// A range of a source as the body of a request: read, counted and put through CRC-64 block by block while it is sent.
class part_body final : public net::body_source
{
public:
    static constexpr std::size_t block_size = memory_budget::block_size;

    // What to do when the last byte was read and before it is sent: the last moment to keep a put from being stored.
    enum class ending
    {
        plain,
        verify_source
    };

    // Which bytes of the source.
    struct range
    {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    // What is referred to must outlive it. A block is taken from `memory` when the body is sent: many wait, and few are
    // sent.
    part_body(source& from, range what, asio::any_io_executor blocking, memory_budget& memory, progress_meter& meter,
        bandwidth_gate const& bandwidth, ending at_end = ending::plain);
    part_body(part_body const&) = delete;
    part_body& operator=(part_body const&) = delete;

    // Called each time that all of it was handed over.
    void when_sent(std::function<void()> tell) { tell_sent_ = std::move(tell); }

    [[nodiscard]] std::uint64_t size() const noexcept override { return range_.size; }
    void rewind() override;
    asio::awaitable<result<asio::const_buffer>> next() override;
    [[nodiscard]] bool is_ready() const noexcept override;
    [[nodiscard]] bool is_held_back() const noexcept override;
    [[nodiscard]] bool is_slow() const noexcept override;
    void let_go() override;

    // Everything was handed out since the last rewind, so that crc64() is that of the whole range.
    [[nodiscard]] bool finished() const noexcept { return passed_ == range_.size; }
    [[nodiscard]] std::uint64_t crc64() const noexcept { return crc_; }

private:
    [[nodiscard]] std::size_t next_size() const noexcept;
    asio::awaitable<result<asio::const_buffer>> read_block(std::size_t size);
    result<asio::const_buffer> hand_out(asio::const_buffer block);
    result<void> check_end(std::size_t block);

    source& source_;
    range range_;
    asio::any_io_executor blocking_;
    memory_budget& memory_;
    progress_meter& meter_;
    bandwidth_gate const& bandwidth_;
    ending at_end_;
    memory_budget::block block_;  // not for sources that lie in memory
    std::function<void()> tell_sent_;
    std::uint64_t passed_ = 0;
    std::uint64_t crc_ = 0;
};

}  // namespace sluice::upload
