#pragma once

#include "upload/memory_budget.hpp"
#include "upload/part_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sluice::upload
{

// How a stream is cut whose length nobody knows. Small parts at first, so that little is held and little is lost; then
// each a 64th of what was sent, so that the largest object can still be made of 10,000 of them: the growth takes some
// 600 parts, and the others are of the largest size.
struct stream_plan
{
    std::uint64_t first = mib;              // bytes of the first parts
    std::uint64_t largest = max_part_size;  // that memory allows

    static constexpr std::uint64_t growth = 64;

    [[nodiscard]] std::uint64_t next_part(std::uint64_t bytes_sent) const noexcept
    {
        auto const grown = bytes_sent / growth / memory_budget::block_size * memory_budget::block_size;
        return std::min(std::max(first, grown), largest);
    }

    // Blocks that a stream may hold whatever others do, so that it can make a part of them. That is one block at
    // first; with each thousand parts twice as many, or the parts would be used up by small ones.
    [[nodiscard]] std::size_t guaranteed_blocks(unsigned parts_sent, std::uint64_t bytes_sent) const noexcept
    {
        constexpr unsigned doubles_each = 1000;
        auto const wanted = (next_part(bytes_sent) + memory_budget::block_size - 1) / memory_budget::block_size;
        auto const small = std::uint64_t{1} << std::min(parts_sent / doubles_each, 40U);
        return static_cast<std::size_t>(std::min(wanted, small));
    }

    // A part that is cut short by want of memory must be one that the service takes as any but the last.
    static constexpr std::uint64_t least_part = memory_budget::block_size;
    static_assert(least_part >= min_part_size);

    // memory_limit: bytes, of the client.
    static stream_plan make(std::uint64_t first_part, std::uint64_t memory_limit) noexcept
    {
        constexpr std::uint64_t share = 4;
        stream_plan p;
        auto const whole_blocks = memory_limit / share / memory_budget::block_size * memory_budget::block_size;
        p.largest = std::clamp<std::uint64_t>(whole_blocks, memory_budget::block_size, max_part_size);
        p.first = std::min(first_part, p.largest);
        return p;
    }
};

}  // namespace sluice::upload
