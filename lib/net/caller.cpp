#include "net/failure.hpp"
#include "net/retry.hpp"

#include "base/nonce.hpp"
#include "base/timer.hpp"

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
    auto const& e = attempt.error();
    return e.message.empty() ? e.code.message() : e.message;
}

error complete(error e, unsigned attempts, std::string const& last_failure, endpoint const& origin, request const& what)
{
    e.attempts = attempts;
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

caller::caller(transport& via, std::shared_ptr<clock> c, std::shared_ptr<random_source> random, retry_limits limits)
    : via_(via), clock_(std::move(c)), random_(std::move(random)), limits_(limits)
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

asio::awaitable<caller::outcome> caller::call(
    endpoint const& origin, request& what, judgement const& judge, steady_time until)
{
    outcome out;
    bool corrected = false;
    std::string last_failure;
    for (;;)
    {
        out.answer = co_await via_.send(origin, what, until);
        ++out.attempts;
        auto const found = out.answer ? judge(*out.answer) : judged(verdict::done);
        auto const says = found.says;
        auto const next = decide(out, what, says, corrected);
        if (!next.again || ends_too_late(next.pause, until))
            break;
        corrected = corrected || says == verdict::again_at_once;
        last_failure = describe(out.answer, found.why);
        if (next.pause.count() > 0)
        {
            if (tell_pause_)
                tell_pause_();
            bool const waited = co_await wait_for(*clock_, next.pause);
            if (!waited)
            {
                out.answer = aborted();
                break;
            }
        }
        ++retries_;
    }
    if (!out.answer)
        out.answer = complete(out.answer.error(), out.attempts, last_failure, origin, what);
    co_return out;
}

}  // namespace sluice::net
