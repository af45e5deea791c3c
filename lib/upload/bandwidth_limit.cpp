#include "upload/bandwidth_limit.hpp"

#include "base/timer.hpp"

#include <algorithm>
#include <array>

namespace sluice::upload
{

double bandwidth_limit::enter(std::size_t bytes, steady_time now) noexcept
{
    follow(now);
    return line_.enter(static_cast<double>(bytes), now);
}

std::chrono::nanoseconds bandwidth_limit::wait_for(double place, steady_time now) noexcept
{
    follow(now);
    return line_.wait_for(place, now);
}

bool bandwidth_limit::would_wait(std::uint64_t bytes, steady_time now) noexcept
{
    follow(now);
    return line_.would_wait(static_cast<double>(bytes), now);
}

void bandwidth_limit::follow(steady_time now) noexcept
{
    auto const wanted = get();
    if (wanted == followed_)
        return;
    line_.set_rate(static_cast<double>(wanted), now);
    followed_ = wanted;
}

std::size_t bandwidth_gate::piece(std::size_t most) const noexcept
{
    constexpr std::uint64_t pieces_a_second = std::chrono::seconds(1) / bandwidth_limit::piece;
    auto size = most;
    for (auto const rate : {own_.get(), all_.get()})
        if (rate != 0)
            size = static_cast<std::size_t>(std::min<std::uint64_t>(size, rate / pieces_a_second));
    return std::max(size, std::min(most, bandwidth_limit::least_piece));
}

bool bandwidth_gate::would_wait(std::size_t bytes) const noexcept
{
    if (is_open())
        return false;
    auto const now = clock_.steady_now();
    return own_.would_wait(bytes, now) || all_.would_wait(bytes, now);
}

bool bandwidth_gate::would_wait_alone(std::uint64_t bytes) const noexcept
{
    return is_upload_limited() && own_.would_wait(bytes, clock_.steady_now());
}

asio::awaitable<bool> bandwidth_gate::pass(std::size_t bytes) const
{
    std::array const limits{&own_, &all_};
    for (auto* const limit : limits)
    {
        auto const place = limit->enter(bytes, clock_.steady_now());
        for (;;)
        {
            auto const wait = limit->wait_for(place, clock_.steady_now());
            if (wait.count() == 0)
                break;
            bool const waited =
                co_await wait_for(clock_, std::min<std::chrono::nanoseconds>(wait, bandwidth_limit::piece));
            if (!waited)
                co_return false;
        }
    }
    co_return true;
}

}  // namespace sluice::upload
