#pragma once

#include "upload/control.hpp"
#include "upload/recent_rate.hpp"

#include <sluice/clock.hpp>
#include <sluice/upload_options.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace sluice::upload
{

// Keeps the figures of one upload, and tells who listens. On the client's strand.
class progress_meter
{
public:
    // `c` must outlive it, and `steering`, which may be null.
    progress_meter(clock const& c, progress_listener listener, control* steering, std::uint64_t bytes, unsigned parts)
        : clock_(c), listener_(listener), steering_(steering)
    {
        state_.bytes_total = bytes;
        state_.parts_total = parts;
        tell_handle(0);
    }

    // The rate is asked for: it costs a look at the clock for each block.
    void measure_rate() { rate_.emplace(); }

    // A block is on its way.
    void sent(std::uint64_t bytes)
    {
        state_.bytes_sent += bytes;
        if (rate_)
            rate_->add(bytes, clock_.steady_now());
        tell(bytes);
    }

    // An attempt failed: its bytes count as never sent.
    void lost(std::uint64_t bytes) noexcept { state_.bytes_sent -= bytes; }

    // The server has them, with an equal CRC-64. retries: of the whole upload, so far.
    void confirmed(std::uint64_t bytes, unsigned retries)
    {
        state_.bytes_confirmed += bytes;
        state_.parts_confirmed += state_.parts_total != 0 ? 1 : 0;
        state_.retries = retries;
        tell(0);
    }

    // The server had them from an earlier attempt.
    void found(std::uint64_t bytes)
    {
        state_.bytes_sent += bytes;
        state_.bytes_confirmed += bytes;
        state_.parts_confirmed += 1;
        tell(0);
    }

    // The server lost a part that it had confirmed.
    void withdrawn(std::uint64_t bytes)
    {
        state_.bytes_sent -= bytes;
        state_.bytes_confirmed -= bytes;
        state_.parts_confirmed -= 1;
    }

    // The object goes up from its beginning, which may be for the second time.
    void begun(std::uint64_t bytes, unsigned parts)
    {
        grown(bytes, parts);
        state_.bytes_sent = 0;
        state_.bytes_confirmed = 0;
        state_.parts_confirmed = 0;
        tell_handle(0);
    }

    // A source of unknown length has given more.
    void grown(std::uint64_t bytes, unsigned parts) noexcept
    {
        state_.bytes_total = bytes;
        state_.parts_total = parts;
    }

    [[nodiscard]] std::uint64_t bytes_left() const noexcept
    {
        return state_.bytes_total - std::min(state_.bytes_total, state_.bytes_confirmed);
    }

    // Bytes a second; nothing: not asked for, or too early to say.
    [[nodiscard]] std::optional<double> rate() const { return rate_ ? rate_->at(clock_.steady_now()) : std::nullopt; }

private:
    void tell(std::uint64_t sent_just_now) const
    {
        if (listener_.function != nullptr)
            listener_.function(listener_.argument, state_);
        tell_handle(sent_just_now);
    }

    void tell_handle(std::uint64_t sent_just_now) const
    {
        if (steering_ != nullptr)
            steering_->note(state_, sent_just_now);
    }

    clock const& clock_;
    progress_listener listener_;
    control* steering_;
    std::optional<recent_rate> rate_;
    upload_progress state_;
};

}  // namespace sluice::upload
