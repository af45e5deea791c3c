#include "upload/multipart.hpp"

#include "upload/source_guard.hpp"
#include "upload/stored_object.hpp"
#include "upload/uncancelled.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace sluice::upload
{

namespace
{

// A checkpoint may say anything: what the service will refuse again and again is no place to go on.
bool is_no_upload_id(error const& e)
{
    return e.code == errc::service_error && e.http_status == 400;
}

part_plan const& plan_of(workshop const& w, std::optional<resume_point> const& left_off)
{
    return left_off ? left_off->plan : w.asked.plan;
}

}  // namespace

multipart::multipart(workshop& with, std::optional<resume_point> left_off)
    : with_(with),
      left_off_(std::move(left_off)),
      board_(plan_of(with_, left_off_)),
      there_(with_),
      sender_(with_, board_, there_)
{
    with_.meter.begun(board_.plan().size, board_.plan().parts);
}

asio::awaitable<result<delivery>> multipart::run()
{
    auto begun = co_await begin();
    result<delivery> done = delivery();
    if (!begun)
        done = begun.error();
    else if (found_stored_)
        done = *found_stored_;
    else
        done = co_await fill();  // every part has ended when this returns
    if (!there_.needs_end(done) && with_.asked.remembered == nullptr)
        co_return done;
    co_return co_await uncancelled(end(std::move(done)));
}

// To an upload that can be filled, or to the object itself.
asio::awaitable<result<void>> multipart::begin()
{
    if (left_off_)
    {
        auto const found = co_await find_again(left_off_->upload_id);
        if (!found)
            co_return found.error();
        if (*found)
            co_return result<void>();
    }
    if (auto begun = co_await there_.initiate(); !begun)
        co_return begun.error();
    if (with_.asked.remembered != nullptr)
        co_await with_.asked.remembered->save(with_.grant.grant(), board_.plan(), there_.id());
    co_return result<void>();
}

// Whether the upload of an earlier attempt is there, or what it was completed to.
asio::awaitable<result<bool>> multipart::find_again(std::string upload_id)
{
    there_.adopt(std::move(upload_id));
    auto const list = [this] { return with_.oss.list_parts(with_.at, there_.id(), with_.gate.until()); };
    auto const there = co_await with_.gate.step(list);
    if (there || there.error().service_code == "NoSuchUpload")
        with_.asked.remembered->grant_was_taken();
    if (there)
    {
        sender_.consider(*there);
        auto const fits = [&plan = board_.plan()](oss::listed_part const& part) {
            return part.part_number <= plan.parts && part.size == plan.size_of(part.part_number);
        };
        auto const found = std::ranges::count_if(*there, fits);
        with_.told.tell(upload_event_kind::resumed, "the service has " + std::to_string(found) + " of " +
                                                        std::to_string(board_.plan().parts) +
                                                        " parts of an earlier attempt");
        co_return true;
    }
    if (is_no_upload_id(there.error()))
    {
        there_.adopt({});
        with_.told.tell(upload_event_kind::checkpoint_ignored,
            "the checkpoint is not used: the service does not take its upload id: " + there.error().reason());
        co_return false;
    }
    if (there.error().service_code != "NoSuchUpload")
        co_return there.error();
    there_.adopt({});
    found_stored_ = co_await find_stored(with_, board_.plan().size);
    if (found_stored_)
        with_.told.tell(upload_event_kind::resumed, "an earlier attempt had completed the object");
    else
        with_.told.tell(upload_event_kind::checkpoint_ignored,
            "the checkpoint is not used: the service knows its upload no more, and the object is not there");
    co_return found_stored_.has_value();
}

asio::awaitable<result<delivery>> multipart::fill()
{
    std::vector<unsigned> all(board_.plan().parts);
    std::iota(all.begin(), all.end(), 1U);
    for (unsigned round = 1;; ++round)
    {
        if (auto open = co_await with_.gate.look(); !open)  // it is for each part to wait
            co_return open.error();
        if (auto sent = co_await sender_.send(all); !sent)
            co_return sent.error();
        if (auto same = guarded_verify(with_.from); !same)
            co_return same.error();
        auto const parts = board_.refs();
        oss::expected_object const expected{.size = board_.plan().size, .crc64 = board_.crc64()};
        auto done = co_await there_.complete(parts, expected);
        if (done || !lacks_parts(done.error()) || round == max_rounds_of_parts)
            co_return done;
        if (auto again = co_await with_.caller.before_repeat(done.error(), round, with_.gate.until()); !again)
            co_return again.error();
        if (auto known = co_await forget_missing(); !known)
            co_return known.error();
    }
}

// Parts that the service had confirmed and lacks count as not sent from now on.
asio::awaitable<result<void>> multipart::forget_missing()
{
    auto const list = [this] { return with_.oss.list_parts(with_.at, there_.id(), with_.gate.until()); };
    auto const there = co_await with_.gate.step(list);
    if (!there)
        co_return there.error();
    std::map<unsigned, oss::listed_part const*> listed;
    for (auto const& part : *there)
        listed.emplace(part.part_number, &part);
    for (unsigned number = 1; number <= board_.plan().parts; ++number)
    {
        auto const at = listed.find(number);
        auto const size = board_.plan().size_of(number);
        if (at != listed.end() && at->second->size == size && at->second->etag == board_.etag(number))
            continue;
        board_.forget(number);
        with_.meter.withdrawn(size);
    }
    co_return result<void>();
}

asio::awaitable<result<delivery>> multipart::end(result<delivery> done)
{
    if (!done)
        done = with_.gate.told(std::move(done).error());
    auto const keeps = [this](error const& why) { return is_to_be_kept(why); };
    done = co_await there_.end(std::move(done), keeps);
    if (with_.asked.remembered != nullptr && !there_.is_kept())
        co_await with_.asked.remembered->remove();
    co_return done;
}

// A resume is worth while when what failed may go well another time. The grant of a stream is never given twice: where
// it is not in the checkpoint, nobody can go on.
bool multipart::is_to_be_kept(error const& why) const
{
    auto const& o = with_.options;
    bool const can_resume = with_.asked.remembered != nullptr && with_.asked.remembered->is_written() &&
                            (!with_.asked.is_of_stream || o.keep_grant);
    bool wanted = o.leave == leftovers::keep || (o.leave == leftovers::automatic && can_resume);
    if (why.code == asio::error::operation_aborted && with_.steering != nullptr)
    {
        auto const how = with_.steering->when_cancelled();
        wanted = how == on_cancel::by_options ? wanted : how == on_cancel::keep;
    }
    bool const is_hopeless = why.code == errc::source_changed || why.code == errc::checksum_mismatch ||
                             why.code == errc::invalid_argument || why.service_code == "NoSuchUpload" ||
                             (with_.asked.is_of_stream && (why.code == errc::grant_expired || refuses_credential(why)));
    return wanted && !is_hopeless;
}

}  // namespace sluice::upload
