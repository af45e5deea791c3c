#pragma once

#include "base/service_clock.hpp"

#include <sluice/clock.hpp>
#include <sluice/upload_grant.hpp>

#include <chrono>
#include <optional>

namespace sluice::upload
{

// How long the credential of a grant can be used.
// The relative field counts, from when the grant was obtained: it is immune to a wrong clock. The absolute one counts
// where it is the only one; and where nobody knows how old the grant is, if it is still ahead. One that lies in the
// past while the relative one does not says that either the grant or our clock is old: the service will tell.
// A temporary credential of which neither is known lives as long as the service's documentation says they do.
class grant_life
{
public:
    // `begun`: when the upload did. `reserve`: how long before the end work must stop, so that its clean-up has a live
    // token; a quarter of what is left of the life at most. `c` and `time` must outlive it.
    grant_life(upload_grant const& grant, clock& c, service_clock const& time, steady_time begun,
        std::chrono::nanoseconds reserve);

    // When work must have stopped; max(): the grant states no end.
    [[nodiscard]] steady_time stop() const;

    // From the beginning of the upload to the end; max(): there is none.
    [[nodiscard]] std::chrono::nanoseconds length() const;

    // errc::grant_expired when it is over.
    [[nodiscard]] result<void> check() const;

    // errc::grant_expired: there was life left, but not enough.
    [[nodiscard]] error ended_early() const;

private:
    [[nodiscard]] steady_time end() const;
    [[nodiscard]] std::string end_text() const;

    clock& clock_;
    service_clock const& time_;
    std::chrono::nanoseconds reserve_;
    steady_time begun_;
    std::optional<steady_time> relative_;
    std::optional<std::chrono::sys_seconds> absolute_;
    std::optional<std::chrono::sys_seconds> stated_;
};

}  // namespace sluice::upload
