#include "net/retry.hpp"

#include "base/text.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::net
{

namespace
{

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Failures before the request reached anybody: sending it again is always safe.
bool is_before_sending(error_code const& code) noexcept
{
    return code == errc::resolve_failed || code == errc::connect_failed || code == errc::connect_timeout;
}

// Failures that leave open whether the server has seen the request.
bool leaves_it_open(error_code const& code) noexcept
{
    if (code.category() == sluice_category())
        return code == errc::stalled || code == errc::response_timeout || code == errc::connection_lost ||
               code == errc::malformed_response;
    return code == asio::error::connection_reset || code == asio::error::connection_aborted ||
           code == asio::error::broken_pipe || code == asio::error::timed_out || code == asio::error::eof ||
           code == asio::error::network_down || code == asio::error::network_reset ||
           code == asio::error::network_unreachable || code == asio::error::host_unreachable;
}

milliseconds parse_delay(std::string_view text, milliseconds unit) noexcept
{
    auto const number = parse_number<std::uint32_t>(trim(text));
    return number ? *number * unit : milliseconds(0);
}

}  // namespace

nanoseconds backoff(retry_limits const& limits, unsigned attempt, milliseconds asked_for, double fraction) noexcept
{
    auto const longest = std::max(limits.max_delay, milliseconds(0));
    auto const doublings = attempt > 2 ? static_cast<int>(std::min(attempt - 2, 62u)) : 0;
    double const grown =
        std::ldexp(static_cast<double>(std::max(limits.base_delay, milliseconds(0)).count()), doublings);
    double const ceiling = std::min(grown, static_cast<double>(longest.count()));
    auto const jittered = nanoseconds(static_cast<nanoseconds::rep>(ceiling * 1e6 * std::clamp(fraction, 0.0, 1.0)));
    return std::max<nanoseconds>(jittered, std::clamp(asked_for, milliseconds(0), longest));
}

bool is_retryable_failure(error_code const& code, bool repeatable) noexcept
{
    return is_before_sending(code) || (repeatable && leaves_it_open(code));
}

bool is_retryable_answer(int status, std::string_view service_code) noexcept
{
    // The vendor reports throttling under several statuses, so the code decides (OpenAPI error codes; IMS error codes).
    static constexpr std::array codes{std::string_view("RequestsTooFrequent"), std::string_view("ServiceUnavailable"),
        std::string_view("ServiceUnAvailable")};
    return (status >= 500 && status <= 599) || status == 408 || status == 429 ||
           service_code.starts_with("Throttling") || std::find(codes.begin(), codes.end(), service_code) != codes.end();
}

bool is_throttling(int status, std::string_view service_code) noexcept
{
    static constexpr std::array codes{std::string_view("RequestsTooFrequent"), std::string_view("SlowDown"),
        std::string_view("ActiveRequestLimitExceeded")};
    return status == 429 || service_code.starts_with("Throttling") || service_code.ends_with("RateLimitExceeded") ||
           service_code.find("QpsLimit") != std::string_view::npos ||
           std::find(codes.begin(), codes.end(), service_code) != codes.end();
}

milliseconds requested_delay(header_list const& headers) noexcept
{
    using namespace std::chrono_literals;
    return std::max({parse_delay(headers.find("x-acs-retry-after"), 1ms),
        parse_delay(headers.find("x-oss-qos-delay-time"), 1ms), parse_delay(headers.find("Retry-After"), 1s)});
}

}  // namespace sluice::net
