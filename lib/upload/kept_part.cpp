#include "upload/kept_part.hpp"

#include <algorithm>

namespace sluice::upload
{

asio::const_buffer kept_part::view(std::uint64_t offset, std::size_t size) const noexcept
{
    if (offset >= size_)
        return {};
    auto const within = static_cast<std::size_t>(offset % memory_budget::block_size);
    auto const& block = blocks_[static_cast<std::size_t>(offset / memory_budget::block_size)];
    auto const there = std::min<std::uint64_t>(memory_budget::block_size - within, size_ - offset);
    return {block.get() + within, std::min(size, static_cast<std::size_t>(there))};
}

asio::mutable_buffer kept_part::free() noexcept
{
    auto const room = blocks_.size() * memory_budget::block_size - static_cast<std::size_t>(size_);
    if (room == 0)
        return {};
    return {blocks_.back().get() + memory_budget::block_size - room, room};
}

void kept_part::drop_unused()
{
    if (free().size() == memory_budget::block_size)
        blocks_.pop_back();
}

asio::awaitable<result<std::size_t>> kept_source::read_at(
    std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor)
{
    std::size_t got = 0;
    while (got < to.size() && offset + got < of_.size())
        got += asio::buffer_copy(to + got, of_.view(offset + got, to.size() - got));
    co_return got;
}

}  // namespace sluice::upload
