#pragma once

#include <sluice/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace sluice::net
{

// The one timer of a pool: it is set only when something may fall due earlier than what it is set for, so requests that
// take their normal course never touch it. A look goes over everything, so looks are `tolerance` apart at least, and
// come late by no more than that. On the client's strand.
class watchdog final : public std::enable_shared_from_this<watchdog>
{
public:
    static constexpr std::chrono::milliseconds tolerance{100};

    watchdog(asio::any_io_executor strand, std::shared_ptr<clock> c, std::function<void()> look);

    void look_by(steady_time when);
    void rest();  // nothing can fall due
    void stop();  // for good

private:
    asio::any_io_executor strand_;
    std::shared_ptr<clock> clock_;
    std::function<void()> look_;
    asio::cancellation_signal cancel_;
    steady_time set_for_ = steady_time::max();
    steady_time not_before_ = steady_time::min();
    std::uint64_t wait_ = 0;  // the one that counts
};

}  // namespace sluice::net
