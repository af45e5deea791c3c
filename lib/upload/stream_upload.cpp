#include "upload/stream_upload.hpp"

#include "base/crc64.hpp"
#include "upload/destination.hpp"
#include "upload/part_body.hpp"
#include "upload/put.hpp"
#include "upload/send_part.hpp"
#include "upload/source_guard.hpp"
#include "upload/uncancelled.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace sluice::upload
{

namespace
{

error stream_too_long(std::uint64_t largest_part)
{
    error e(errc::object_too_large, "the stream has used up the 10000 parts that an object can have, the largest of " +
                                        std::to_string(largest_part) + " bytes");
    e.recommendation = "Raise client_config::memory_limit: parts grow to a quarter of it, and to 5 GiB at most";
    return e;
}

}  // namespace

stream_upload::stream_upload(asio::any_io_executor strand, environment const& env, settings s)
    : strand_(std::move(strand)),
      env_(env),
      settings_(std::move(s)),
      plan_(stream_plan::make(settings_.options.stream_part_size, env.memory->limit())),
      memory_(env.memory->open(settings_.options.priority)),
      changed_(strand_),
      begun_(strand_),
      over_(strand_),
      current_as_source_(current_, settings_.name)
{}

stream_upload::~stream_upload() = default;

asio::awaitable<result<receipt>> stream_upload::run(
    upload_grant const& grant, control* steering, stream_source* from, toll& costs)
{
    auto const granted = env_.clock->steady_now();
    if (auto usable = check_credentials(grant.credentials); !usable)
        co_return begins_not(usable.error());
    auto const at = locate(env_, grant);
    if (!at)
        co_return begins_not(at.error());
    part_plan plan{.size = 0, .part_size = plan_.first, .parts = 1};
    order const what{
        grant, current_as_source_, plan, settings_.options, granted, settings_.until, steering, nullptr, true};
    workshop w(env_, what, *at, strand_, costs);
    if (auto alive = w.grant.life().check(); !alive)
        co_return begins_not(std::move(alive).error());

    server_upload there(w);
    shop_ = &w;
    stage_ = stage_ == stage::before ? stage::open : stage_;
    begun_.ring();
    std::optional<error> another;
    auto sent = co_await fill(w, there, from);
    bool const as_put = sent && is_put(there);
    if (as_put)
    {
        plan = {.size = current_.size(), .part_size = current_.size(), .parts = 0};
        turnstile::pass turn;
        put single(w, turn);
        sent = co_await single.run();
        another = single.hidden_by(sent);
        costs.retries += single.repeats();
    }
    else if (sent)
        sent = co_await complete(there);
    if (!sent)
        sent = w.gate.told(std::move(sent).error());
    if (there.needs_end(sent))
    {
        auto const never = [](error const&) { return false; };  // its bytes are gone with this process
        sent = co_await uncancelled(there.end(std::move(sent), never));
    }
    shop_ = nullptr;

    costs.retries += static_cast<unsigned>(w.caller.retries()) + repeats_;
    costs.orphans.insert(costs.orphans.end(), there.orphans().begin(), there.orphans().end());
    if (!sent)
    {
        auto e = as_told(w, std::move(sent).error());
        if (another)
            e = beside_another(std::move(e), *another);
        e.history = costs.failed.last(net::attempt_log::in_error);
        co_return end_with(told_by(settings_.name, std::move(e)));
    }
    auto r = receipt_of(w.grant.grant(), *at, bytes_cut_ + current_.size(), as_put ? 0 : parts_cut_, *std::move(sent));
    r.retries = costs.retries;
    r.history = costs.failed.last(net::attempt_log::in_receipt);
    r.elapsed = env_.clock->steady_now() - settings_.begun;
    co_return end_with(std::move(r));
}

result<receipt> stream_upload::begins_not(error why)
{
    return end_with(told_by(settings_.name, std::move(why)));
}

result<receipt> stream_upload::end_with(result<receipt> outcome)
{
    stage_ = stage::over;
    outcome_ = std::move(outcome);
    memory_ = {};  // whoever waits for some hears of it
    full_.clear();
    current_ = kept_part();
    begun_.ring();
    over_.ring();
    return outcome_;
}

// Hands the parts over to those who send them, until all were stored or one has failed. Does not wait at the gate
// itself, so that a failure is told even while the upload pauses or a refresher is asked.
asio::awaitable<result<delivery>> stream_upload::fill(workshop& w, server_upload& there, stream_source* from)
{
    crew senders(strand_);
    auto watch = std::make_shared<net::watchdog>(strand_, env_.clock, [this] { changed_.ring(); });
    if (from != nullptr)
        senders.add(pump(w, *from));
    bool is_initiated = false;
    while (!failure_)
    {
        if (auto open = co_await w.gate.look(); !open)
        {
            give_up(std::move(open).error());
            break;
        }
        if (!full_.empty() && !std::exchange(is_initiated, true))
            senders.add(initiate(there));
        auto const at_once = w.bandwidth.is_upload_limited() ? 1 : settings_.options.parts_in_flight;
        while (!there.id().empty() && !full_.empty() && to_be_sent_ < at_once)
        {
            ++to_be_sent_;
            auto part = std::move(full_.front());
            full_.pop_front();
            senders.add(send_kept(w, there, parts_cut_ - static_cast<unsigned>(full_.size()), std::move(part)));
        }
        if (stage_ == stage::ending && unconfirmed_ == 0)
            break;
        if (auto const end = w.gate.until(); end != steady_time::max())
            watch->look_by(end);
        bool const rung = co_await changed_.wait();
        if (!rung)
            give_up(error(asio::error::operation_aborted));
    }
    watch->stop();
    if (failure_)
        senders.stop(*failure_);
    co_await senders.join();
    if (failure_)
        co_return *failure_;
    co_return delivery();
}

bool stream_upload::is_put(server_upload const& there) const
{
    return there.id().empty() && parts_cut_ == 0;
}

asio::awaitable<result<delivery>> stream_upload::complete(server_upload& there)
{
    std::vector<oss::part_ref> parts;
    oss::expected_object expected;
    for (auto const& part : stored_)
    {
        parts.push_back({.part_number = static_cast<unsigned>(parts.size() + 1), .etag = part.etag});
        expected.crc64 = crc64_combine(expected.crc64, part.crc64, part.size);
        expected.size += part.size;
    }
    co_return co_await there.complete(parts, expected);
}

asio::awaitable<result<void>> stream_upload::initiate(server_upload& there)
{
    auto begun = co_await there.initiate();
    if (!begun)
        give_up(begun.error());
    changed_.ring();
    co_return begun;
}

asio::awaitable<result<void>> stream_upload::send_kept(
    workshop& w, server_upload const& there, unsigned number, kept_part part)
{
    kept_source from(part, settings_.name);
    part_body body(from, {.offset = 0, .size = part.size()}, env_.blocking, *env_.memory, w.meter, w.bandwidth);
    bool counted = true;
    auto const sent = [this, &counted] {
        if (!std::exchange(counted, false))
            return;  // a repeat
        --to_be_sent_;
        changed_.ring();
    };
    body.when_sent(sent);
    auto etag = co_await send_part(w, there, number, body, repeats_);
    if (!etag)
    {
        give_up(etag.error());
        co_return etag.error();
    }
    sent();
    stored_[number - 1] = {.etag = *std::move(etag), .crc64 = body.crc64(), .size = part.size()};
    w.meter.confirmed(part.size(), static_cast<unsigned>(w.caller.retries()) + repeats_);
    --unconfirmed_;
    changed_.ring();
    co_return result<void>();
}

asio::awaitable<result<void>> stream_upload::pump(workshop& w, stream_source& from)
{
    for (;;)
    {
        if (auto open = co_await w.gate.pass(); !open)
        {
            give_up(open.error());
            co_return open.error();
        }
        auto const to = co_await prepare();
        if (!to)
            co_return to.error();
        auto const got = co_await guarded_read(from, *to);
        if (!got)
        {
            give_up(got.error());
            co_return got.error();
        }
        if (*got == 0)
        {
            finish();
            co_return result<void>();
        }
        commit(std::min(*got, to->size()));
    }
}

asio::awaitable<result<asio::mutable_buffer>> stream_upload::prepare()
{
    if (auto begun = co_await wait_for_begin(); !begun)
        co_return begun.error();
    if (stage_ != stage::open)
        co_return refused();
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return error(asio::error::operation_aborted);
    co_return co_await room();
}

// A part is cut short when it can go as it is, nothing of this stream will come free by itself, and no memory is to be
// had: so a stream always goes on, however long others sit on what they hold.
asio::awaitable<result<asio::mutable_buffer>> stream_upload::room()
{
    while (stage_ == stage::open)
    {
        auto const target = plan_.next_part(bytes_cut_);
        if (current_.size() >= target)
        {
            cut_part();
            continue;
        }
        if (auto const free = current_.free(); free.size() != 0)
            co_return asio::buffer(free, static_cast<std::size_t>(target - current_.size()));
        memory_budget::block next;
        if (memory_.try_take(next))
        {
            current_.add(std::move(next));
            continue;
        }
        if (unconfirmed_ == 0 && current_.size() >= stream_plan::least_part)
        {
            cut_part();
            continue;
        }
        auto got = co_await memory_.take(shop_->gate.until());
        if (stage_ != stage::open)
            break;
        if (!got)
        {
            bool const is_cancelled = got.error().code == asio::error::operation_aborted;
            if (!is_cancelled)
                give_up(got.error());
            co_return got.error();
        }
        current_.add(*std::move(got));
    }
    co_return refused();
}

void stream_upload::commit(std::size_t bytes)
{
    if (stage_ != stage::open)
        return;
    current_.fill(bytes);
    if (current_.size() >= plan_.next_part(bytes_cut_))
        cut_part();
    shop_->meter.grown(bytes_cut_ + current_.size(), parts_cut_);
}

asio::awaitable<result<std::size_t>> stream_upload::write_some(asio::const_buffer bytes)
{
    auto const to = co_await prepare();
    if (!to)
        co_return to.error();
    auto const taken = asio::buffer_copy(*to, bytes);
    commit(taken);
    co_return taken;
}

void stream_upload::cut_part()
{
    if (parts_cut_ == max_parts)
    {
        give_up(stream_too_long(plan_.largest));
        return;
    }
    ++parts_cut_;
    ++unconfirmed_;
    bytes_cut_ += current_.size();
    current_.drop_unused();
    full_.push_back(std::exchange(current_, kept_part()));
    stored_.emplace_back();
    memory_.set_guaranteed(plan_.guaranteed_blocks(parts_cut_, bytes_cut_));
    changed_.ring();
}

void stream_upload::finish()
{
    if (stage_ != stage::open && stage_ != stage::before)
        return;
    stage_ = stage::ending;
    current_.drop_unused();
    if (parts_cut_ != 0 && !current_.empty())
        cut_part();
    changed_.ring();
}

void stream_upload::give_up(error why)
{
    if (stage_ == stage::over || failure_)
        return;
    stage_ = stage::failing;
    failure_ = std::move(why);
    changed_.ring();
}

error stream_upload::refused() const
{
    if (failure_)
        return told_by(settings_.name, *failure_);
    if (has_ended() && !outcome_)
        return outcome_.error();
    error e(errc::invalid_argument, "the stream was finished before, and takes no more bytes");
    e.attempts = 0;
    return told_by(settings_.name, std::move(e));
}

asio::awaitable<result<void>> stream_upload::wait_for_begin()
{
    while (stage_ == stage::before)
    {
        bool const rung = co_await begun_.wait();
        if (!rung)
            co_return error(asio::error::operation_aborted);
    }
    if (has_ended() && !outcome_)
        co_return outcome_.error();
    co_return result<void>();
}

asio::awaitable<bool> stream_upload::wait_for_end()
{
    while (!has_ended())
    {
        bool const rung = co_await over_.wait();
        if (!rung)
            co_return false;
    }
    co_return true;
}

}  // namespace sluice::upload
