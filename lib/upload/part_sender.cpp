#include "upload/part_sender.hpp"

#include "upload/range_digest.hpp"
#include "upload/send_part.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::upload
{

part_sender::part_sender(workshop& with, part_board& board, server_upload const& to)
    : with_(with),
      board_(board),
      to_(to),
      parts_in_flight_(with.options.parts_in_flight),
      pace_(with.env.clock->steady_now())
{}

void part_sender::consider(std::vector<oss::listed_part> const& there)
{
    considered_.clear();
    for (auto const& part : there)
        considered_.emplace(part.part_number, part);
}

asio::awaitable<result<void>> part_sender::send(std::vector<unsigned> numbers)
{
    std::erase_if(numbers, [this](unsigned number) { return board_.is_stored(number); });
    numbers_ = std::move(numbers);
    next_ = 0;
    crew senders(co_await asio::this_coro::executor);
    senders_ = &senders;
    offer_parts();
    co_return co_await senders.join();
}

// A part that was sent whole makes place for another: how many may wait for their answers is for the connections to
// say. Those of one upload that wait for their turn are few, so that other uploads get theirs; one with a limit of its
// own would only keep connections from them.
void part_sender::offer_parts()
{
    auto const at_once = with_.bandwidth.is_upload_limited() ? 1 : parts_in_flight_;
    while (to_be_sent_ < at_once && next_ < numbers_.size())
    {
        ++to_be_sent_;
        senders_->add(see_to(numbers_[next_++]));
    }
}

part_body::range part_sender::range_of(unsigned number) const
{
    auto const& plan = board_.plan();
    return {.offset = plan.offset_of(number), .size = plan.size_of(number)};
}

asio::awaitable<result<void>> part_sender::see_to(unsigned number)
{
    bool counted = true;
    auto const sent = [this, &counted] {
        if (!std::exchange(counted, false))
            return;  // a repeat
        --to_be_sent_;
        offer_parts();
    };
    auto const kept = co_await keep_if_same(number);
    if (!kept)
        co_return kept.error();
    if (*kept)
    {
        sent();
        co_return result<void>();
    }
    part_body body(with_.from, range_of(number), with_.env.blocking, *with_.env.memory, with_.meter, with_.bandwidth);
    body.when_sent(sent);
    auto etag = co_await send_part(with_, to_, number, body, repeats_);
    if (!etag)
        co_return etag.error();
    sent();
    board_.store(number, *std::move(etag), body.crc64());
    ++confirmed_;
    with_.meter.confirmed(body.size(), static_cast<unsigned>(with_.caller.retries()) + repeats_);
    mind_the_time();
    co_return result<void>();
}

// The bytes of the source are read and compared: whoever stored the part, and whatever a checkpoint says, it is used
// only when it is this part of this source.
asio::awaitable<result<bool>> part_sender::keep_if_same(unsigned number)
{
    auto const there = considered_.extract(number);
    auto const range = range_of(number);
    if (there.empty() || there.mapped().size != range.size)
        co_return false;
    auto const ours = co_await digest_range(with_, range, !there.mapped().crc64);
    if (!ours)
        co_return ours.error();
    if (!holds_same_bytes(there.mapped(), *ours))
        co_return false;
    board_.store(number, there.mapped().etag, ours->crc64);
    ++found_;
    with_.meter.found(range.size);
    co_return true;
}

// More parts at once use more of a line with a long way, and take a larger share of one that is used by others, too.
void part_sender::mind_the_time()
{
    if (with_.grant.can_renew())
        return;
    auto const now = with_.env.clock->steady_now();
    auto const end = with_.grant.life().stop();
    auto const rate = with_.meter.rate();
    if (!rate || !pace_.is_too_slow(with_.meter.bytes_left(), *rate, now, end))
        return;
    if (parts_in_flight_ < with_.options.max_parts_in_flight)
    {
        ++parts_in_flight_;
        offer_parts();
    }
    if (std::exchange(is_late_, true))
        return;
    auto const megabytes = [](double bytes) { return std::to_string(std::llround(bytes / 1e6)) + " MB"; };
    with_.told.tell(upload_event_kind::will_not_finish_in_time,
        megabytes(static_cast<double>(with_.meter.bytes_left())) + " are left and " + megabytes(*rate) +
            " go in a second, but the grant's credential can be used for only " +
            std::to_string(std::chrono::floor<std::chrono::seconds>(end - now).count()) + " s more");
}

}  // namespace sluice::upload
