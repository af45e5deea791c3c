#pragma once

#include <sluice/clock.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace sluice::upload
{

// How many bytes a second went, over the last ten seconds: in slots of one second each.
class recent_rate
{
public:
    static constexpr std::chrono::seconds span{10};

    void add(std::uint64_t bytes, steady_time now)
    {
        if (!is_begun_)
            begun_ = now;
        is_begun_ = true;
        move_to(now);
        slots_[static_cast<std::size_t>(current_ % slots)] += bytes;
    }

    // Bytes a second; nothing before a whole second was measured.
    [[nodiscard]] std::optional<double> at(steady_time now) const
    {
        if (!is_begun_ || now - begun_ < std::chrono::seconds(1))
            return std::nullopt;
        auto const last = second_of(now);
        std::uint64_t bytes = 0;
        for (std::int64_t second = std::max<std::int64_t>(last - slots + 1, 0); second <= std::min(last, current_);
            ++second)
            if (second > current_ - slots)
                bytes += slots_[static_cast<std::size_t>(second % slots)];
        std::chrono::duration<double> const measured = now - begun_;
        // The newest slot is not over yet.
        std::chrono::duration<double> const covered =
            std::chrono::seconds(slots - 1) + (now - begun_ - std::chrono::seconds(last));
        return static_cast<double>(bytes) / std::min(measured, covered).count();
    }

private:
    static constexpr std::int64_t slots = span.count();

    [[nodiscard]] std::int64_t second_of(steady_time now) const
    {
        return std::chrono::floor<std::chrono::seconds>(now - begun_).count();
    }

    void move_to(steady_time now)
    {
        auto const second = second_of(now);
        if (second - current_ >= slots)
            slots_.fill(0);
        else
            for (auto empty = current_ + 1; empty <= second; ++empty)
                slots_[static_cast<std::size_t>(empty % slots)] = 0;
        current_ = std::max(current_, second);
    }

    bool is_begun_ = false;
    steady_time begun_;  // when the first bytes went
    std::array<std::uint64_t, static_cast<std::size_t>(slots)> slots_{};
    std::int64_t current_ = 0;  // second since the first bytes
};

}  // namespace sluice::upload
