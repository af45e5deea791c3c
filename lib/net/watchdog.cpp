#include "net/watchdog.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include <algorithm>
#include <utility>

namespace sluice::net
{

watchdog::watchdog(asio::any_io_executor strand, std::shared_ptr<clock> c, std::function<void()> look)
    : strand_(std::move(strand)), clock_(std::move(c)), look_(std::move(look))
{}

void watchdog::look_by(steady_time when)
{
    when = std::max(when, not_before_);
    if (!look_ || when >= set_for_)
        return;
    rest();
    set_for_ = when;
    auto done = [self = shared_from_this(), wait = wait_](boost::system::error_code) {
        if (wait != self->wait_)
            return;
        self->set_for_ = steady_time::max();
        self->not_before_ = self->clock_->steady_now() + tolerance;
        self->look_();
    };
    clock_->async_wait_until(when, strand_, asio::bind_cancellation_slot(cancel_.slot(), std::move(done)));
}

void watchdog::stop()
{
    rest();
    look_ = nullptr;
}

void watchdog::rest()
{
    ++wait_;
    if (std::exchange(set_for_, steady_time::max()) != steady_time::max())
        cancel_.emit(asio::cancellation_type::terminal);
}

}  // namespace sluice::net
