#pragma once

#include <sluice/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace sluice::net
{

// The one timer of a pool: it is set only when something may fall due earlier than what it is set for, so requests that
// take their normal course never touch it. On the client's strand.
class watchdog final : public std::enable_shared_from_this<watchdog>
{
public:
    watchdog(asio::any_io_executor strand, std::shared_ptr<clock> c, std::function<void()> look);

    void look_by(steady_time when);
    void stop();

private:
    void cancel();

    asio::any_io_executor strand_;
    std::shared_ptr<clock> clock_;
    std::function<void()> look_;
    asio::cancellation_signal cancel_;
    steady_time set_for_ = steady_time::max();
    std::uint64_t wait_ = 0;  // the one that counts
};

}  // namespace sluice::net
