#include "upload/part_body.hpp"

#include "base/crc64.hpp"

#include "upload/source_guard.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace sluice::upload
{

part_body::part_body(source& from, asio::any_io_executor blocking, progress_meter& meter, ending at_end)
    : source_(from), blocking_(std::move(blocking)), meter_(meter), at_end_(at_end)
{}

void part_body::assign(std::uint64_t offset, std::uint64_t size) noexcept
{
    offset_ = offset;
    size_ = size;
    passed_ = 0;
    crc_ = 0;
}

void part_body::rewind()
{
    meter_.lost(passed_);
    passed_ = 0;
    crc_ = 0;
}

asio::awaitable<result<asio::const_buffer>> part_body::next()
{
    auto const wanted = next_size();
    if (wanted == 0)
        co_return asio::const_buffer{};

    auto block = source_.view(offset_ + passed_, wanted);
    if (block.size() == 0)
    {
        auto read = co_await read_block(wanted);
        if (!read)
            co_return read.error();
        block = *read;
    }
    if (auto fine = check_end(wanted); !fine)
        co_return fine.error();

    crc_ = sluice::crc64(crc_, std::span(static_cast<std::byte const*>(block.data()), block.size()));
    passed_ += block.size();
    meter_.sent(block.size());
    co_return block;
}

bool part_body::is_ready() const noexcept
{
    auto const wanted = next_size();
    return wanted == 0 || source_.view(offset_ + passed_, wanted).size() != 0;
}

std::size_t part_body::next_size() const noexcept
{
    return static_cast<std::size_t>(std::min<std::uint64_t>(block_size, size_ - passed_));
}

asio::awaitable<result<asio::const_buffer>> part_body::read_block(std::size_t size)
{
    if (!buffer_)
        buffer_ = std::make_unique_for_overwrite<std::byte[]>(block_size);
    auto const from = offset_ + passed_;
    auto got = co_await guarded_read(source_, from, asio::buffer(buffer_.get(), size), blocking_);
    if (!got)
        co_return got.error();
    if (*got < size)
        co_return ended_early(source_, from + *got);
    co_return asio::const_buffer(buffer_.get(), size);
}

result<void> part_body::check_end(std::size_t block)
{
    if (at_end_ == ending::plain || passed_ + block != size_)
        return {};
    return guarded_verify(source_);
}

}  // namespace sluice::upload
