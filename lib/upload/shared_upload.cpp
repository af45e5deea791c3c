#include "upload/shared_upload.hpp"

#include "upload/range_digest.hpp"
#include "upload/source_guard.hpp"
#include "upload/stored_object.hpp"
#include "upload/uncancelled.hpp"

#include <boost/asio/error.hpp>

#include <numeric>
#include <set>
#include <utility>

namespace sluice::upload
{

namespace
{

error confirmed_and_lost(unsigned number)
{
    error e(errc::malformed_response,
        "the service had confirmed part " + std::to_string(number) + " of the session, and does not list it");
    e.operation = "ListParts";
    return e;
}

// `ours`: what the service would state of the part if it were of this source.
error of_another_source(oss::listed_part const& part, range_digest const& ours)
{
    auto const number = std::to_string(part.part_number);
    auto const differs = part.crc64 ? "its CRC-64 is " + std::to_string(*part.crc64) + ", and that of this source " +
                                          std::to_string(ours.crc64)
                                    : "its ETag is " + part.etag + ", and that of this source " + ours.md5;
    error e(errc::checksum_mismatch, "part " + number + " of the session was sent from another source: " + differs);
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
    auto const filled = co_await fill();
    if (!filled && filled.error().service_code == "NoSuchUpload")
        co_return co_await find_completed(filled.error());
    result<delivery> done = delivery();
    if (!filled)
        done = filled.error();
    else if (so_far_.done)
        done = *so_far_.done;
    else
        co_return so_far_;
    if (needs_end(done))
        done = co_await uncancelled(end(std::move(done)));
    if (!done)
        co_return done.error();
    so_far_.done = *std::move(done);
    co_return so_far_;
}

// Another may have been the last.
asio::awaitable<result<shared_upload::share>> shared_upload::find_completed(error why)
{
    auto const stored = co_await find_stored(with_, board_.plan().size);
    if (!stored)
        co_return why;
    so_far_.done = *stored;
    so_far_.parts_missing = 0;
    co_return so_far_;
}

asio::awaitable<result<void>> shared_upload::fill()
{
    auto const before = co_await list();
    if (!before)
        co_return before.error();
    sender_.consider(*before);
    for (unsigned round = 1;; ++round)
    {
        auto const sent = co_await send_own();
        if (round == 1)
            count_own();
        if (!sent)
            co_return sent.error();
        auto const now = co_await list();
        if (!now)
            co_return now.error();
        auto done = forget_lost_of(*now);
        bool is_short = !done;
        if (done)
        {
            done = co_await complete_if_all(*now);
            is_short = !done && lacks_parts(done.error());
        }
        if (!is_short || round == max_rounds_of_parts)
            co_return done;
        if (auto again = co_await with_.caller.before_repeat(done.error(), round, with_.gate.until()); !again)
            co_return again.error();
        if (auto known = co_await forget_lost(); !known)
            co_return known.error();
    }
}

// Every part has ended when this returns.
asio::awaitable<result<void>> shared_upload::send_own()
{
    std::vector<unsigned> numbers(range_.last - range_.first + 1);
    std::iota(numbers.begin(), numbers.end(), range_.first);
    if (auto sent = co_await sender_.send(std::move(numbers)); !sent)
        co_return sent.error();
    co_return guarded_verify(with_.from);
}

// A part that is lost and sent again stays what it was counted as.
void shared_upload::count_own()
{
    unsigned stored = 0;
    for (auto number = range_.first; number <= range_.last; ++number)
        stored += board_.is_stored(number) ? 1 : 0;
    so_far_.parts_found = sender_.found();
    so_far_.parts_sent = stored - so_far_.parts_found;
}

asio::awaitable<result<void>> shared_upload::forget_lost()
{
    auto const now = co_await list();
    if (!now)
        co_return now.error();
    static_cast<void>(forget_lost_of(*now));
    co_return result<void>();
}

// Parts of the range that the service had confirmed and lacks count as not sent from now on; the first of them is the
// error.
result<void> shared_upload::forget_lost_of(listing const& now)
{
    std::set<unsigned> listed;
    for (auto const& part : now)
        if (is_as_planned(part))
            listed.insert(part.part_number);
    result<void> done;
    for (auto number = range_.first; number <= range_.last; ++number)
    {
        if (!board_.is_stored(number) || listed.contains(number))
            continue;
        board_.forget(number);
        with_.meter.withdrawn(board_.plan().size_of(number));
        if (!done)
            continue;
        done = confirmed_and_lost(number);
        with_.failed.add("ListParts", done.error().message);
    }
    return done;
}

bool shared_upload::is_as_planned(oss::listed_part const& part) const
{
    auto const& plan = board_.plan();
    return part.part_number <= plan.parts && part.size == plan.size_of(part.part_number);
}

asio::awaitable<result<shared_upload::listing>> shared_upload::list()
{
    auto const ask = [this] { return with_.oss.list_parts(with_.at, there_.id(), with_.gate.until()); };
    co_return co_await with_.gate.step(ask);
}

// Two who find all parts there both complete the object: the second learns from the object that it is done.
asio::awaitable<result<void>> shared_upload::complete_if_all(listing const& now)
{
    std::vector<oss::part_ref> refs;
    for (auto const& part : now)
        if (is_as_planned(part))
            refs.push_back({.part_number = part.part_number, .etag = part.etag});
    so_far_.parts_missing = board_.plan().parts - static_cast<unsigned>(refs.size());
    if (so_far_.parts_missing != 0)
        co_return result<void>();

    for (auto const& part : now)
    {
        if (!is_as_planned(part))
            continue;
        if (auto same = co_await compare(part); !same)
            co_return same.error();
    }
    expected_.size = board_.plan().size;
    expected_.crc64 = board_.crc64();
    auto done = co_await there_.complete(refs, expected_);
    if (!done)
        co_return done.error();
    so_far_.done = *std::move(done);
    co_return result<void>();
}

// With the source: it alone says what the object is to be. Others may have sent a part from another one, also a part
// that was stored as this one's before. One that is equal is on the board then, and is not read a second time.
asio::awaitable<result<void>> shared_upload::compare(oss::listed_part const& part)
{
    auto const number = part.part_number;
    range_digest ours;
    if (board_.is_stored(number))
    {
        ours.crc64 = board_.crc64(number);
        ours.md5 = board_.etag(number);
    }
    else
    {
        part_body::range const range{.offset = board_.plan().offset_of(number), .size = part.size};
        auto read = co_await digest_range(with_, range, !part.crc64);
        if (!read)
            co_return read.error();
        ours = *std::move(read);
    }
    if (!holds_same_bytes(part, ours))
        co_return of_another_source(part, ours);
    board_.store(number, part.etag, ours.crc64);
    co_return result<void>();
}

// Whether Complete left something open: what came of it, or the upload.
bool shared_upload::needs_end(result<delivery> const& done) const
{
    return done ? there_.needs_end(done) : there_.may_be_completed();
}

asio::awaitable<result<delivery>> shared_upload::end(result<delivery> done)
{
    if (!done && done.error().code == asio::error::operation_aborted)
        co_return co_await end_cancelled(std::move(done).error());
    if (!done)
        done = with_.gate.told(std::move(done).error());
    auto const for_the_others = [](error const&) { return true; };
    co_return co_await there_.end(std::move(done), for_the_others);
}

// An older object may have the same content, and others may go on with the session: whether that is there is asked, not
// tried by an abort.
asio::awaitable<error> shared_upload::end_cancelled(error why)
{
    auto const until = with_.env.clock->steady_now() + with_.env.abort_limit;
    clean_up after(with_.env, with_.oss, with_.at, with_.grant);
    auto const there = co_await after.look(expected_);
    if (there)
    {
        auto const parts = co_await with_.oss.list_parts(with_.at, there_.id(), until);
        if (!parts && parts.error().service_code == "NoSuchUpload")
            co_return outcome_of(std::move(why), *there).error();
    }
    why.upload_id = there_.id();
    why.recommendation = "Complete was sent, so the object may exist: look at it before uploading anew";
    co_return why;
}

}  // namespace sluice::upload
