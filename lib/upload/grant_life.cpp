#include "upload/grant_life.hpp"

#include "base/utc_time.hpp"

#include <algorithm>

namespace sluice::upload
{

namespace
{

using std::chrono::seconds;

// "Valid for 3000 seconds", of all upload credentials (IMS, CreateUploadMedia).
constexpr seconds documented_life{3000};

constexpr seconds longest{1'000'000'000};  // more would overflow nanoseconds, and is as good as no limit

char const* const ask_again =
    "Ask for a new grant and upload with that, or give a refresher where the service can renew the grant";

}  // namespace

grant_life::grant_life(
    upload_grant const& grant, clock& c, service_clock const& time, steady_time begun, std::chrono::nanoseconds reserve)
    : clock_(c), time_(time), reserve_(reserve), begun_(begun), stated_(grant.expire_utc)
{
    if (grant.expires_in)
        relative_ = grant.obtained.value_or(begun_) + std::clamp(*grant.expires_in, seconds(0), longest);
    else if (!grant.expire_utc && !grant.credentials.security_token.empty())
        relative_ = grant.obtained.value_or(begun_) + documented_life;
    bool const is_ahead = grant.expire_utc && *grant.expire_utc > time_.now();
    if (!relative_ || (!grant.obtained && is_ahead))
        absolute_ = grant.expire_utc;
}

steady_time grant_life::end() const
{
    auto end = relative_.value_or(steady_time::max());
    if (absolute_)
        end = std::min(end, clock_.steady_now() + std::clamp(*absolute_ - time_.now(), -longest, longest));
    return end;
}

steady_time grant_life::stop() const
{
    auto const at = end();
    if (at == steady_time::max())
        return at;
    return at - std::min(reserve_, length() / 4);
}

std::chrono::nanoseconds grant_life::length() const
{
    auto const at = end();
    if (at == steady_time::max())
        return std::chrono::nanoseconds::max();
    return std::max<std::chrono::nanoseconds>(at - begun_, seconds(0));
}

std::string grant_life::end_text() const
{
    auto const left = std::chrono::floor<seconds>(end() - clock_.steady_now());
    return format_iso8601(time_.now() + left);
}

result<void> grant_life::check() const
{
    if (clock_.steady_now() < end())
        return {};
    auto const now = time_.now();
    bool const stated_past = stated_ && *stated_ <= now;
    error e(errc::grant_expired, "the grant's credential ended at " +
                                     (stated_past ? format_iso8601(*stated_) : end_text()) + ", and now it is " +
                                     format_iso8601(now));
    e.recommendation = ask_again;
    if (!relative_)
        e.recommendation += ". Check the clock of this machine, too: the grant states nothing but a date";
    e.attempts = 0;
    return e;
}

error grant_life::ended_early() const
{
    error e(errc::grant_expired, "the grant's credential ends at " + end_text() + ", now it is " +
                                     format_iso8601(time_.now()) +
                                     ", and what is left is needed to clean up after the upload, which is not done");
    e.recommendation = ask_again;
    e.recommendation += ". Where the file is large, use a faster line or more parts in flight";
    return e;
}

}  // namespace sluice::upload
