#include "ims/grant_expiry.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace sluice::ims
{

namespace
{

constexpr std::int64_t max_digits = 9;  // of the whole seconds

bool are_digits(std::string_view text) noexcept
{
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::chrono::seconds> of_text(std::string_view text) noexcept
{
    auto const point = text.find('.');
    auto const whole = text.substr(0, point);
    if (!are_digits(whole) || whole.size() > static_cast<std::size_t>(max_digits))
        return std::nullopt;
    if (point != std::string_view::npos && !are_digits(text.substr(point + 1)))
        return std::nullopt;
    std::int64_t value = 0;
    for (char const c : whole)
        value = value * 10 + (c - '0');
    return std::chrono::seconds(value);
}

// The exponent of a JSON number, held within limits that no text of 64 KiB can make up for.
std::int64_t exponent_of(std::string_view text) noexcept
{
    constexpr std::int64_t limit = 1'000'000;
    auto const negative = text.starts_with('-');
    std::int64_t value = 0;
    for (char const c : text)
    {
        if (is_digit(c))
            value = std::min(value * 10 + (c - '0'), limit);
    }
    return negative ? -value : value;
}

// Exact, digit by digit: as a floating point number 999999999.99999999 would round up, out of the range.
std::optional<std::chrono::seconds> of_number(std::string_view text) noexcept
{
    auto const negative = text.starts_with('-');
    auto const magnitude = text.substr(negative ? 1 : 0);
    auto const e = std::min(magnitude.find_first_of("eE"), magnitude.size());
    auto const mantissa = magnitude.substr(0, e);
    auto const first = mantissa.find_first_of("123456789");
    if (first == std::string_view::npos)
        return std::chrono::seconds(0);
    if (negative)
        return std::nullopt;

    // How many digits stand before the decimal point, from the first that is not 0, once the exponent has moved it.
    auto const point = std::min(mantissa.find('.'), mantissa.size());
    auto const places = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + (first > point ? 1 : 0);
    auto const whole_digits = places + exponent_of(magnitude.substr(std::min(e + 1, magnitude.size())));
    if (whole_digits > max_digits)
        return std::nullopt;

    std::int64_t value = 0;
    auto at = first;
    for (auto left = whole_digits; left > 0; --left)
    {
        if (at < mantissa.size() && mantissa[at] == '.')
            ++at;
        value = value * 10 + (at < mantissa.size() ? mantissa[at++] - '0' : 0);
    }
    return std::chrono::seconds(value);
}

// YYYY-MM-DDTHH:MM:SS[.fff]Z
std::optional<utc_seconds> time_of(json_token const& token)
{
    constexpr std::size_t plain = 20;
    constexpr std::size_t with_milliseconds = 24;
    auto const size = token.text.size();
    if (!token.is_string() || (size != plain && size != with_milliseconds))
        return std::nullopt;
    return parse_iso8601(token.text);
}

}  // namespace

std::optional<std::chrono::seconds> seconds_left(json_token const& expiration) noexcept
{
    if (expiration.is_string())
        return of_text(expiration.text);
    if (expiration.what == json_token::kind::number)
        return of_number(expiration.text);
    return std::nullopt;
}

std::optional<utc_seconds> end_of_life(json_token const& expire_utc_time, json_token const& expiration)
{
    auto const stated = time_of(expire_utc_time);
    return stated ? stated : time_of(expiration);
}

}  // namespace sluice::ims
