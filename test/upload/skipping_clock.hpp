#pragma once

#include <sluice/clock.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sluice::test
{

// Time that passes only when somebody waits, and then at once: pauses between attempts cost a test nothing.
class skipping_clock final : public clock
{
public:
    [[nodiscard]] system_time now() const override
    {
        return system_time(std::chrono::seconds(1'774'857'930)) + passed_;
    }
    [[nodiscard]] steady_time steady_now() const override { return steady_time() + passed_; }

    void async_wait_until(steady_time when, asio::any_io_executor ex,
        asio::any_completion_handler<void(boost::system::error_code)> done) override
    {
        passed_ = std::max(passed_, std::chrono::duration_cast<std::chrono::nanoseconds>(when - steady_time()));
        asio::post(ex, asio::append(std::move(done), boost::system::error_code()));
    }

    void advance(std::chrono::nanoseconds by) { passed_ += by; }

private:
    std::chrono::nanoseconds passed_ = std::chrono::hours(1);
};

}  // namespace sluice::test
