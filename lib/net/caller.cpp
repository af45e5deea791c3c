#include "net/failure.hpp"
#include "net/retry.hpp"

#include "base/nonce.hpp"
#include "base/timer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace sluice::net
{

namespace
{

std::string describe(result<response> const& attempt, std::string const& why)
{
    if (attempt)
        return "HTTP status " + std::to_string(attempt->status) + (why.empty() ? "" : ", " + why);
    return attempt.error().reason();
}

// The rate may rise meanwhile: those who wait look so often.
constexpr std::chrono::milliseconds longest_wait_for_turn{500};

// Why an attempt did not do; empty when it did, or when nobody waits for it any more.
std::string failure_of(result<response> const& attempt, judged const& found)
{
    if (attempt ? found.says == verdict::done && (attempt->status < 400 || found.is_wanted)
                : attempt.error().code == asio::error::operation_aborted)
        return {};
    return describe(attempt, found.why);
}

// A refusal shows a service that works, too.
bool is_good(response const& answer, judged const& found) noexcept
{
    return found.says == verdict::done && answer.status < 500;
}

error complete(error e, std::string const& last_failure, endpoint const& origin, request const& what)
{
    if (e.operation.empty())
        e.operation = what.operation();
    if (e.resource.empty())
        e.resource = what.resource();
    if (e.host.empty())
        e.host = origin.authority();
    // That the time is over says nothing about why it was not enough.
    if (e.code == errc::deadline_exceeded && !last_failure.empty())
        e.message += "; the attempt before it failed: " + last_failure;
    return e;
}

}  // namespace

void caller::outcome::tell(error& e) const
{
    e.attempts = attempts;
    e.history = failed.last(attempt_log::in_error);
    if (!budget_spent)
        return;
    e.message = "the client's retry budget is spent: " + e.reason();
    e.recommendation = "Wait until the service and the way to it are well again: much of what this client sent has "
                       "failed, so it repeats no more (retry_limits::budget)" +
                       (e.recommendation.empty() ? "" : ". " + e.recommendation);
}

caller::caller(transport& via, std::shared_ptr<clock> c, std::shared_ptr<random_source> random, retry_limits limits,
    restraints common)
    : via_(via), clock_(std::move(c)), random_(std::move(random)), limits_(limits), common_(std::move(common))
{}

// What is to be done after an attempt.
struct caller::step
{
    bool again = false;
    std::chrono::nanoseconds pause{0};
};

caller::step caller::decide(outcome const& so_far, request const& what, verdict says, bool corrected) const
{
    if (so_far.attempts >= std::max(limits_.attempts, 1u))
        return {};
    if (so_far.answer && says != verdict::again)
        return {says == verdict::again_at_once && !corrected};
    if (!so_far.answer && !is_retryable_failure(so_far.answer.error().code, what.repeatable()))
        return {};
    auto const asked_for = so_far.answer ? requested_delay(so_far.answer->headers) : std::chrono::milliseconds(0);
    return {true, backoff(limits_, so_far.attempts + 1, asked_for, random_fraction(*random_))};
}

bool caller::ends_too_late(std::chrono::nanoseconds pause, steady_time until) const
{
    return until != steady_time::max() && clock_->steady_now() + pause >= until;
}

std::shared_ptr<pace> caller::pace_of(endpoint const& origin)
{
    if (common_.paces && (!pace_ || paced_ != origin))
    {
        pace_ = common_.paces->of(origin);
        paced_ = origin;
    }
    return pace_;
}

asio::awaitable<result<void>> caller::wait_for_turn(std::shared_ptr<pace> at, steady_time until)
{
    auto const place = at->enter(clock_->steady_now());
    for (;;)
    {
        auto const now = clock_->steady_now();
        auto wait = at->wait_for(place, now);
        if (wait.count() == 0)
            co_return result<void>();
        if (now >= until)
            co_return deadline_passed("was held back, for the service is asked too often");
        wait = std::min<std::chrono::nanoseconds>({wait, longest_wait_for_turn, until - now});
        bool const waited = co_await wait_for(*clock_, wait);
        if (!waited)
            co_return aborted();
    }
}

void caller::tell(pace& at, result<response> const& answer, judged const& found, steady_time began) const
{
    if (!answer)
        return;
    bool const asked_to_wait = answer->status >= 400 && requested_delay(answer->headers).count() > 0;
    if (found.throttled || asked_to_wait)
        at.throttled(began, clock_->steady_now());
    else if (at.is_slowed() && is_good(*answer, found))
        at.went_well(clock_->steady_now());
}

bool caller::may_repeat(outcome& so_far) const
{
    so_far.budget_spent = common_.budget && !common_.budget->take();
    return !so_far.budget_spent;
}

void caller::note(outcome& so_far, request const& what, judged const& found, std::string const& failure) const
{
    if (common_.budget && so_far.answer && is_good(*so_far.answer, found))
        common_.budget->answered_well();
    if (failure.empty())
        return;
    so_far.failed.add(what.operation(), failure);
    if (failed_ != nullptr)
        failed_->add(what.operation(), failure);
}

asio::awaitable<bool> caller::pause_for(std::chrono::nanoseconds length) const
{
    if (tell_pause_)
        tell_pause_();
    co_return co_await wait_for(*clock_, length);
}

asio::awaitable<result<void>> caller::before_repeat(error const& why, unsigned made, steady_time until)
{
    outcome so_far;
    so_far.attempts = made;
    auto const length = backoff(limits_, made + 1, {}, random_fraction(*random_));
    if (made >= std::max(limits_.attempts, 1u) || ends_too_late(length, until) || !may_repeat(so_far))
    {
        auto e = why;
        so_far.tell(e);
        e.history = why.history;
        co_return e;
    }
    if (length.count() > 0)
        if (bool const waited = co_await pause_for(length); !waited)
            co_return aborted();
    co_return result<void>();
}

asio::awaitable<caller::outcome> caller::call(
    endpoint const& origin, request& what, judgement const& judge, steady_time until)
{
    outcome out;
    bool corrected = false;
    std::string last_failure;
    auto const at = pace_of(origin);
    for (;;)
    {
        if (at && at->is_slowed() && what.yields())
        {
            auto const turn = co_await wait_for_turn(at, until);
            if (!turn)
            {
                out.answer = turn.error();
                break;
            }
        }
        auto const began = at ? clock_->steady_now() : steady_time();
        if (at)
            at->begun(began);
        out.answer = co_await via_.send(origin, what, until);
        ++out.attempts;
        auto const found = out.answer ? judge(*out.answer) : judged(verdict::done);
        auto const says = found.says;
        if (at)
            tell(*at, out.answer, found, began);
        auto failure = failure_of(out.answer, found);
        note(out, what, found, failure);
        auto const next = decide(out, what, says, corrected);
        if (!next.again || ends_too_late(next.pause, until) || !may_repeat(out))
            break;
        corrected = corrected || says == verdict::again_at_once;
        last_failure = std::move(failure);
        if (next.pause.count() > 0)
        {
            bool const waited = co_await pause_for(next.pause);
            if (!waited)
            {
                out.answer = aborted();
                break;
            }
        }
        ++retries_;
    }
    if (!out.answer)
    {
        auto e = complete(out.answer.error(), last_failure, origin, what);
        out.tell(e);
        out.answer = std::move(e);
    }
    co_return out;
}

}  // namespace sluice::net
