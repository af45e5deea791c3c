#include "upload/part_body.hpp"

#include "base/crc64.hpp"
#include "net/failure.hpp"
#include "upload/source_guard.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace sluice::upload
{

part_body::part_body(source& from, range what, asio::any_io_executor blocking, memory_budget& memory,
    progress_meter& meter, bandwidth_gate const& bandwidth, ending at_end)
    : source_(from),
      range_(what),
      blocking_(std::move(blocking)),
      memory_(memory),
      meter_(meter),
      bandwidth_(bandwidth),
      at_end_(at_end)
{}

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
    if (!bandwidth_.is_open())
        if (bool const passed = co_await bandwidth_.pass(wanted); !passed)
            co_return net::aborted();
    if (auto const block = source_.view(range_.offset + passed_, wanted); block.size() != 0)
        co_return hand_out(block);
    auto const block = co_await read_block(wanted);
    if (!block)
        co_return block.error();
    co_return hand_out(*block);
}

result<asio::const_buffer> part_body::hand_out(asio::const_buffer block)
{
    if (auto fine = check_end(block.size()); !fine)
        return fine.error();
    crc_ = sluice::crc64(crc_, std::span(static_cast<std::byte const*>(block.data()), block.size()));
    passed_ += block.size();
    meter_.sent(block.size());
    return block;
}

bool part_body::is_ready() const noexcept
{
    auto const wanted = next_size();
    if (wanted == 0)
        return true;
    return !bandwidth_.would_wait(wanted) && source_.view(range_.offset + passed_, wanted).size() != 0;
}

bool part_body::is_held_back() const noexcept
{
    auto const wanted = next_size();
    return wanted != 0 && bandwidth_.would_wait(wanted);
}

bool part_body::is_slow() const noexcept
{
    // One that was handed out whole is asked when it has to be sent again.
    return bandwidth_.would_wait_alone(finished() ? range_.size : range_.size - passed_);
}

void part_body::let_go()
{
    block_ = {};
    if (tell_sent_)
        tell_sent_();
}

std::size_t part_body::next_size() const noexcept
{
    auto const most = static_cast<std::size_t>(std::min<std::uint64_t>(block_size, range_.size - passed_));
    return bandwidth_.is_open() ? most : bandwidth_.piece(most);
}

asio::awaitable<result<asio::const_buffer>> part_body::read_block(std::size_t size)
{
    if (!block_)
        block_ = memory_.take_now();
    auto const from = range_.offset + passed_;
    auto got = co_await guarded_read(source_, from, asio::buffer(block_.get(), size), blocking_);
    if (!got)
        co_return got.error();
    if (*got < size)
        co_return ended_early(source_, from + *got);
    co_return asio::const_buffer(block_.get(), size);
}

result<void> part_body::check_end(std::size_t block)
{
    if (at_end_ == ending::plain || passed_ + block != range_.size)
        return {};
    return guarded_verify(source_);
}

}  // namespace sluice::upload
