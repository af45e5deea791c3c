#pragma once

#include "upload/control.hpp"
#include "upload/grant_keeper.hpp"

#include <sluice/clock.hpp>
#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <utility>

namespace sluice::upload
{

// Asked before each step: has the caller been cancelled, does the upload pause, has the deadline passed, is the grant's
// life at its end? An operation begun after the cancellation came would not see it.
class step_gate
{
public:
    // `c` and `grant` must outlive it, and `steering`, which may be null.
    step_gate(clock& c, steady_time deadline, grant_keeper& grant, control* steering) noexcept
        : clock_(c), deadline_(deadline), grant_(grant), steering_(steering)
    {}

    // Waits while the upload pauses. operation_aborted, errc::deadline_exceeded, errc::grant_expired, or nothing.
    asio::awaitable<result<void>> pass() const;

    // The same questions; does not wait.
    asio::awaitable<result<void>> look() const;

    // The next step will wait for somebody: a resume(), or a refresher.
    [[nodiscard]] bool would_wait() const { return is_paused() || grant_.is_time_to_renew(); }

    // For the step: the deadline or, if that is sooner, the end of a grant that nobody renews.
    [[nodiscard]] steady_time until() const;

    // The error of a step that `until` ended, told by what it was that ended.
    [[nodiscard]] error told(error e) const;

    // Does one step, which makes an awaitable<result<T>> when called: through the gate, and again with a new credential
    // where the service refuses the old one.
    template <class Step>
    auto step(Step const& make) const -> decltype(make())
    {
        for (;;)
        {
            if (auto open = co_await pass(); !open)
                co_return open.error();
            auto const edition = grant_.edition();
            auto done = co_await make();
            if (done)
                grant_.is_good(edition);
            if (done || !refuses_credential(done.error()))
                co_return done;
            auto replaced = co_await grant_.replace(edition, done.error(), until());
            if (!replaced)
                co_return replaced.error();
        }
    }

private:
    [[nodiscard]] bool is_grant_over() const;
    [[nodiscard]] bool is_paused() const noexcept { return steering_ != nullptr && steering_->is_paused(); }

    clock& clock_;
    steady_time deadline_;
    grant_keeper& grant_;
    control* steering_;
};

}  // namespace sluice::upload
