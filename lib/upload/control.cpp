#include "upload/control.hpp"

#include <boost/asio/post.hpp>

#include <cmath>
#include <utility>

namespace sluice::upload
{

// The upload under way. Who waits for the end of a pause does so on its strand.
struct control::steered
{
    steered(asio::any_io_executor on, std::shared_ptr<clock> c, std::function<void()> how_to_stop)
        : strand(std::move(on)), time(std::move(c)), stop(std::move(how_to_stop)), resumed(strand)
    {}

    asio::any_io_executor strand;
    std::shared_ptr<clock> time;
    std::function<void()> stop;
    bell resumed;
    std::shared_ptr<net::watchdog> watch;
};

std::shared_ptr<control::steered> control::current() const
{
    std::lock_guard const lock(mutex_);
    return upload_;
}

upload_status control::status() const
{
    std::lock_guard const lock(mutex_);
    upload_status s;
    s.progress = progress_;
    if (ended_)
        s.now = upload_status::phase::ended;
    else if (upload_)
        s.now = is_paused() ? upload_status::phase::paused : upload_status::phase::running;
    if (!upload_)
        return s;
    auto const rate = rate_.at(upload_->time->steady_now());
    s.bytes_per_second = rate.value_or(0);
    if (rate && *rate > 0 && progress_.bytes_total >= progress_.bytes_confirmed && progress_.bytes_total > 0)
    {
        auto const left = static_cast<double>(progress_.bytes_total - progress_.bytes_confirmed) / *rate;
        constexpr double a_year = 365.0 * 24 * 3600;
        s.time_left = std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::min(left, a_year))));
    }
    return s;
}

void control::pause()
{
    paused_ = true;
}

void control::resume()
{
    paused_ = false;
    if (auto const upload = current())
        asio::post(upload->strand, [upload] { upload->resumed.ring(); });
}

void control::cancel(on_cancel what)
{
    std::shared_ptr<steered> upload;
    {
        std::lock_guard const lock(mutex_);
        when_cancelled_ = what;
        upload = upload_;
        cancelled_early_ = !upload && !ended_;
    }
    if (upload)
        asio::post(upload->strand, [upload] { upload->stop(); });
}

void control::set_bandwidth(std::uint64_t bytes_per_second) noexcept
{
    std::lock_guard const lock(mutex_);
    bandwidth_is_set_ = true;
    bandwidth_.set(bytes_per_second);
}

bandwidth_limit& control::bandwidth(std::uint64_t unless_set) noexcept
{
    std::lock_guard const lock(mutex_);
    if (!bandwidth_is_set_)
        bandwidth_.set(unless_set);
    return bandwidth_;
}

void control::take_over(control const& from)
{
    std::scoped_lock const lock(mutex_, from.mutex_);
    paused_ = from.paused_.load();
    bandwidth_is_set_ = from.bandwidth_is_set_;
    bandwidth_.set(from.bandwidth_.get());
}

void control::begin(asio::any_io_executor strand, std::shared_ptr<clock> c, std::function<void()> stop)
{
    auto upload = std::make_shared<steered>(std::move(strand), std::move(c), std::move(stop));
    auto look = [weak = std::weak_ptr(upload)] {
        if (auto const self = weak.lock())
            self->resumed.ring();
    };
    upload->watch = std::make_shared<net::watchdog>(upload->strand, upload->time, std::move(look));
    bool stop_now = false;
    {
        std::lock_guard const lock(mutex_);
        upload_ = upload;
        stop_now = cancelled_early_;
    }
    if (stop_now)
        asio::post(upload->strand, [upload] { upload->stop(); });
}

void control::end()
{
    std::shared_ptr<steered> gone;
    std::lock_guard const lock(mutex_);
    gone.swap(upload_);
    ended_ = true;
    if (gone)
        gone->watch->stop();
}

asio::awaitable<void> control::wait_while_paused(steady_time until)
{
    auto const upload = current();
    if (!upload)
        co_return;
    if (until != steady_time::max())
        upload->watch->look_by(until);
    co_await upload->resumed.wait();
}

void control::note(upload_progress const& progress, std::uint64_t sent_just_now)
{
    std::lock_guard const lock(mutex_);
    progress_ = progress;
    if (upload_ && sent_just_now != 0)
        rate_.add(sent_just_now, upload_->time->steady_now());
}

}  // namespace sluice::upload

namespace sluice::detail
{

std::shared_ptr<upload_control> handle_state::current() const
{
    std::lock_guard const lock(mutex_);
    return current_;
}

std::shared_ptr<upload_control> handle_state::for_next_upload()
{
    std::shared_ptr<upload_control> before;
    auto next = std::make_shared<upload_control>();
    {
        std::lock_guard const lock(mutex_);
        if (!std::exchange(is_given_, true))
            return current_;
        next->take_over(*current_);
        before = std::exchange(current_, next);
    }
    before->resume();
    return next;
}

}  // namespace sluice::detail
