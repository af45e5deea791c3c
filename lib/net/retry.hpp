#pragma once

#include "net/attempt_log.hpp"
#include "net/retry_budget.hpp"
#include "net/slow_down.hpp"
#include "net/transport.hpp"

#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace sluice::net
{

// What the layer that understands an answer says about trying again.
enum class verdict
{
    done,          // an answer to hand up, good or bad
    again,         // the same request, composed afresh, after a pause
    again_at_once  // the same with no pause, and once only in a call: something was corrected meanwhile
};

// That, and for messages why an answer did not do, without secrets.
struct judged
{
    // NOLINTNEXTLINE(google-explicit-constructor): most verdicts need no reason
    judged(verdict v, std::string reason = {}, bool throttles = false)
        : says(v), why(std::move(reason)), throttled(throttles)
    {}

    verdict says;
    std::string why;
    bool throttled;          // fewer requests are asked for
    bool is_wanted = false;  // the status is that of an error, and what it says is as good as a success
};

// How long to wait before attempt `attempt` (2 is the first repeat): full jitter over base_delay * 2^(attempt - 2),
// capped by max_delay; never less than the server asked for, which is capped by max_delay too. fraction: [0, 1).
std::chrono::nanoseconds backoff(
    retry_limits const& limits, unsigned attempt, std::chrono::milliseconds asked_for, double fraction) noexcept;

// Whether a request whose attempt ended with `code`, without a complete answer, may be sent again.
// `repeatable`: sending it twice does no harm. Never for operation_aborted, deadline_exceeded, invalid arguments,
// untrusted certificates.
bool is_retryable_failure(error_code const& code, bool repeatable) noexcept;

// The statuses and codes on which any service of the vendor may be asked again: 5xx, 408, 429, throttling.
bool is_retryable_answer(int status, std::string_view service_code) noexcept;

// With these any service of the vendor says that it is asked too often, and that it did nothing.
bool is_throttling(int status, std::string_view service_code) noexcept;

// The pause that an answer asks for: x-acs-retry-after and x-oss-qos-delay-time (ms), Retry-After (s). Zero: none.
std::chrono::milliseconds requested_delay(header_list const& headers) noexcept;

// What holds back all callers of a client together. Null: nothing does.
struct restraints
{
    std::shared_ptr<retry_budget> budget{};
    std::shared_ptr<slow_down> paces{};
};

// Sends a request as often as the policy allows: the one place that decides whether anything is repeated, and when. On
// the client's strand.
class caller
{
public:
    caller(transport& via, std::shared_ptr<clock> c, std::shared_ptr<random_source> random, retry_limits limits,
        restraints common = {});

    using judgement = std::function<judged(response const&)>;

    struct outcome
    {
        result<response> answer = error{};
        unsigned attempts = 0;
        bool budget_spent = false;  // so it was not sent again, though it might have been
        attempt_log failed{};

        // What the error made of the answer is to say of this.
        void tell(error& e) const;
    };

    // `judge` looks at each complete answer; of a failed attempt the policy itself decides. `until` bounds everything,
    // pauses included: errc::deadline_exceeded. Attempts at an origin that throttles wait for their turn. A pause that
    // would end after `until` is not begun: the last failure is returned at once, and so it is when the budget is
    // spent. Cancellation: terminal, partial; operation_aborted. error::attempts, history, operation, resource and host
    // are filled in.
    asio::awaitable<outcome> call(endpoint const& origin, request& what, judgement const& judge, steady_time until);

    // For a layer above that found a good answer to be wrong, such as by a checksum, and wants to do the call again:
    // waits as before the repeat of attempt `made`, and takes one from the same budget. Errors: `why`, completed, when
    // there is to be no other attempt; operation_aborted.
    asio::awaitable<result<void>> before_repeat(error const& why, unsigned made, steady_time until);

    // Called when an attempt has failed and a pause begins before the next.
    void when_pausing(std::function<void()> tell) { tell_pause_ = std::move(tell); }

    // Where failed attempts of all calls are noted from now on. `to` must outlive the caller.
    void note_failures(attempt_log& to) noexcept { failed_ = &to; }

    [[nodiscard]] std::uint64_t retries() const noexcept { return retries_; }

private:
    struct step;

    [[nodiscard]] step decide(outcome const& so_far, request const& what, verdict says, bool corrected) const;
    [[nodiscard]] std::shared_ptr<pace> pace_of(endpoint const& origin);
    asio::awaitable<result<void>> wait_for_turn(std::shared_ptr<pace> at, steady_time until);
    void tell(pace& at, result<response> const& answer, judged const& found, steady_time began) const;
    [[nodiscard]] bool may_repeat(outcome& so_far) const;
    asio::awaitable<bool> pause_for(std::chrono::nanoseconds length) const;
    void note(outcome& so_far, request const& what, judged const& found, std::string const& failure) const;
    [[nodiscard]] bool ends_too_late(std::chrono::nanoseconds pause, steady_time until) const;

    transport& via_;
    std::shared_ptr<clock> clock_;
    std::shared_ptr<random_source> random_;
    retry_limits limits_;
    restraints common_;
    endpoint paced_;  // the latest origin, and its pace
    std::shared_ptr<pace> pace_;
    std::function<void()> tell_pause_;
    attempt_log* failed_ = nullptr;
    std::uint64_t retries_ = 0;
};

}  // namespace sluice::net
