#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace sluice::net
{

// Blocks of one size that go round among the connections of a pool, so that an idle connection holds none.
// One thread at a time.
class buffer_cache
{
public:
    using block = std::unique_ptr<char[]>;

    // Keeps at most `keep` blocks that nobody uses.
    buffer_cache(std::size_t block_size, std::size_t keep) : block_size_(block_size), keep_(keep)
    {
        free_.reserve(keep);  // so that giving back never fails
    }

    [[nodiscard]] std::size_t block_size() const noexcept { return block_size_; }
    [[nodiscard]] std::size_t unused() const noexcept { return free_.size(); }

    [[nodiscard]] block take()
    {
        if (free_.empty())
            return std::make_unique_for_overwrite<char[]>(block_size_);
        auto last = std::move(free_.back());
        free_.pop_back();
        return last;
    }

    void give_back(block used) noexcept
    {
        if (used && free_.size() < keep_)
            free_.push_back(std::move(used));
    }

private:
    std::size_t block_size_;
    std::size_t keep_;
    std::vector<block> free_;
};

// What the streams of one pool share.
struct stream_buffers
{
    // 16 records of 16 KiB, each with room for its header, tag and padding, and some for alerts and key updates.
    // Batches of 256 to 512 KiB are the cheapest a byte (measured); less memory in flight decides for the smaller.
    static constexpr std::size_t max_record = 16UL * 1024;
    static constexpr std::size_t record_overhead = 512;
    static constexpr std::size_t control_reserve = 1024;
    static constexpr std::size_t batch_size = 16 * (max_record + record_overhead) + control_reserve;

    // Answers are small; a larger one comes in several turns.
    static constexpr std::size_t receive_size = 32UL * 1024;

    buffer_cache batches{batch_size, 8};
    buffer_cache receives{receive_size, 8};
};

}  // namespace sluice::net
