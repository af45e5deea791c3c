#pragma once

#include <sluice/clock.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace sluice::emulator
{

// Another clock whose date runs ahead. Waiting is not changed.
class skewed_clock final : public clock
{
public:
    skewed_clock(std::shared_ptr<clock> right, std::chrono::seconds ahead) : right_(std::move(right)), ahead_(ahead) {}

    [[nodiscard]] system_time now() const override { return right_->now() + ahead_; }
    [[nodiscard]] steady_time steady_now() const override { return right_->steady_now(); }
    void async_wait_until(steady_time when, asio::any_io_executor ex,
        asio::any_completion_handler<void(boost::system::error_code)> done) override
    {
        right_->async_wait_until(when, std::move(ex), std::move(done));
    }

private:
    std::shared_ptr<clock> right_;
    std::chrono::seconds ahead_;
};

inline std::shared_ptr<clock> skewed(std::shared_ptr<clock> right, std::chrono::seconds ahead)
{
    if (ahead == ahead.zero())
        return right;
    return std::make_shared<skewed_clock>(std::move(right), ahead);
}

}  // namespace sluice::emulator
