#include <sluice/clock.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

namespace sluice
{

namespace
{

// A wait is a timer that never expires by itself: it keeps the io_context running, and takes part in cancellation.
// Its handler owns it, so that both die together with an io_context that is destroyed; the clock only looks at it.
struct pending_wait
{
    explicit pending_wait(asio::any_io_executor const& ex) : timer(ex, steady_time::max()) {}

    asio::steady_timer timer;
    std::atomic<bool> due = false;
};

using wait_list = std::vector<std::shared_ptr<pending_wait>>;

}  // namespace

class manual_clock::impl
{
public:
    explicit impl(system_time start) : now_(start) {}

    ~impl()
    {
        for (auto const& wait : take_waits_until(steady_time::max()))
            wait->timer.cancel();
    }

    system_time now() const
    {
        std::lock_guard const lock(mutex_);
        return now_;
    }

    steady_time steady_now() const
    {
        std::lock_guard const lock(mutex_);
        return steady_now_;
    }

    void set_system_time(system_time to)
    {
        std::lock_guard const lock(mutex_);
        now_ = to;
    }

    std::size_t waiting() const
    {
        std::lock_guard const lock(mutex_);
        return static_cast<std::size_t>(
            std::ranges::count_if(waits_, [](waiter const& w) { return !w.wait.expired(); }));
    }

    void advance(std::chrono::nanoseconds by)
    {
        wait_list due;  // outlives the lock: its timers may be the last things their executors live for
        std::lock_guard const lock(mutex_);
        now_ += std::chrono::duration_cast<system_time::duration>(by);
        steady_now_ += std::chrono::duration_cast<steady_time::duration>(by);
        due = take_waits_until(steady_now_);
        for (auto const& wait : due)
        {
            wait->due = true;
            wait->timer.cancel();
        }
    }

    template <class Handler>
    void start(std::shared_ptr<pending_wait> const& wait, steady_time when, Handler handler)
    {
        std::lock_guard const lock(mutex_);  // advance() must not touch the timer before it waits
        std::erase_if(waits_, [](waiter const& w) { return w.wait.expired(); });
        if (when <= steady_now_)
        {
            wait->due = true;
            wait->timer.expires_at(steady_time{});
        }
        else
        {
            waits_.insert(std::ranges::upper_bound(waits_, when, {}, &waiter::when), {when, wait});
        }
        wait->timer.async_wait(std::move(handler));
    }

private:
    struct waiter
    {
        steady_time when;
        std::weak_ptr<pending_wait> wait;
    };

    wait_list take_waits_until(steady_time until)
    {
        wait_list taken;
        auto const end = std::ranges::upper_bound(waits_, until, {}, &waiter::when);
        for (auto w = waits_.begin(); w != end; ++w)
            if (auto wait = w->wait.lock())
                taken.push_back(std::move(wait));
        waits_.erase(waits_.begin(), end);
        return taken;
    }

    mutable std::mutex mutex_;
    system_time now_;
    steady_time steady_now_{};
    std::vector<waiter> waits_;  // those that end first come first; of equals, those that began first
};

manual_clock::manual_clock(system_time start) : impl_(std::make_unique<impl>(start)) {}

manual_clock::~manual_clock() = default;

void manual_clock::advance(std::chrono::nanoseconds by)
{
    impl_->advance(by);
}

void manual_clock::set_system_time(system_time to)
{
    impl_->set_system_time(to);
}

std::size_t manual_clock::waiting() const
{
    return impl_->waiting();
}

system_time manual_clock::now() const
{
    return impl_->now();
}

steady_time manual_clock::steady_now() const
{
    return impl_->steady_now();
}

void manual_clock::async_wait_until(
    steady_time when, asio::any_io_executor ex, asio::any_completion_handler<void(boost::system::error_code)> done)
{
    auto const slot = asio::get_associated_cancellation_slot(done);
    auto const completion_executor = asio::get_associated_executor(done, ex);
    auto wait = std::make_shared<pending_wait>(ex);
    auto complete = [wait, done = std::move(done)](boost::system::error_code failure) mutable {
        if (wait->due)
            failure = {};
        wait.reset();  // what the handler does next must not find this wait still pending
        std::move(done)(failure);
    };
    impl_->start(
        wait, when, asio::bind_cancellation_slot(slot, asio::bind_executor(completion_executor, std::move(complete))));
}

}  // namespace sluice
