#include "upload/shared_upload.hpp"

#include "base/crc64.hpp"
#include "upload/range_digest.hpp"
#include "upload/source_guard.hpp"
#include "upload/stored_object.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sluice::upload
{

namespace
{

error of_another_source(oss::listed_part const& part, std::uint64_t ours)
{
    auto const number = std::to_string(part.part_number);
    error e(errc::checksum_mismatch, "part " + number + " of the session was sent from another source: its CRC-64 is " +
                                         std::to_string(part.crc64.value_or(0)) + ", and that of this source " +
                                         std::to_string(ours));
    e.operation = "CompleteMultipartUpload";
    e.recommendation = "See which source is the right one, and send part " + number + " again from it";
    return e;
}

}  // namespace

shared_upload::shared_upload(workshop& with, std::string upload_id, part_range range)
    : with_(with), range_(range), board_(with.asked.plan), there_(with_), sender_(with_, board_, there_)
{
    there_.adopt(std::move(upload_id));
}

asio::awaitable<result<shared_upload::share>> shared_upload::run()
{
    auto done = co_await do_share();
    if (done || done.error().service_code != "NoSuchUpload")
        co_return done;
    // Another may have been the last.
    auto const stored = co_await find_stored(with_, board_.plan().size);
    if (!stored)
        co_return done;
    share all;
    all.parts_sent = sender_.confirmed();
    all.parts_found = sender_.found();
    all.done = *stored;
    co_return all;
}

asio::awaitable<result<shared_upload::share>> shared_upload::do_share()
{
    auto const before = co_await list();
    if (!before)
        co_return before.error();
    sender_.consider(*before);
    std::vector<unsigned> numbers(range_.last - range_.first + 1);
    std::iota(numbers.begin(), numbers.end(), range_.first);
    if (auto sent = co_await sender_.send(std::move(numbers)); !sent)
        co_return sent.error();
    if (auto same = guarded_verify(with_.from); !same)
        co_return same.error();
    share so_far;
    so_far.parts_found = sender_.found();
    so_far.parts_sent = sender_.confirmed();
    co_return co_await complete_if_all(std::move(so_far));
}

asio::awaitable<result<std::vector<oss::listed_part>>> shared_upload::list()
{
    auto const ask = [this] { return with_.oss.list_parts(with_.at, there_.id(), with_.gate.until()); };
    co_return co_await with_.gate.step(ask);
}

// Two who find all parts there both complete the object: the second learns from the object that it is done.
asio::awaitable<result<shared_upload::share>> shared_upload::complete_if_all(share so_far)
{
    auto const now = co_await list();
    if (!now)
        co_return now.error();
    auto const& plan = board_.plan();
    std::vector<oss::part_ref> refs;
    for (auto const& part : *now)
        if (part.part_number <= plan.parts && part.size == plan.size_of(part.part_number))
            refs.push_back({.part_number = part.part_number, .etag = part.etag});
    so_far.parts_missing = plan.parts - static_cast<unsigned>(refs.size());
    if (so_far.parts_missing != 0)
        co_return so_far;

    oss::expected_object expected{.size = plan.size, .crc64 = 0};
    for (auto const& part : *now)
    {
        if (part.part_number > plan.parts)
            continue;
        auto const crc = co_await crc64_of(part);
        if (!crc)
            co_return crc.error();
        expected.crc64 = crc64_combine(expected.crc64, *crc, part.size);
    }
    auto done = co_await there_.complete(refs, expected);
    if (!done)
        co_return done.error();
    so_far.done = *std::move(done);
    co_return so_far;
}

// Of the source: it alone says what the object is to be. Others may have sent their parts from another one.
asio::awaitable<result<std::uint64_t>> shared_upload::crc64_of(oss::listed_part const& part)
{
    auto const number = part.part_number;
    if (board_.is_stored(number))
        co_return board_.crc64(number);
    part_body::range const range{.offset = board_.plan().offset_of(number), .size = part.size};
    auto const ours = co_await digest_range(with_, range, false);
    if (!ours)
        co_return ours.error();
    if (part.crc64 && *part.crc64 != ours->crc64)
        co_return of_another_source(part, ours->crc64);
    co_return ours->crc64;
}

}  // namespace sluice::upload
