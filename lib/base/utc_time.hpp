#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice
{

using utc_seconds = std::chrono::sys_seconds;

std::string format_iso8601(utc_seconds t);        // 2026-03-30T08:05:30Z   (ACS3, XML)
std::string format_iso8601_basic(utc_seconds t);  // 20260330T080530Z       (OSS V4)
std::string format_http_date(utc_seconds t);      // Mon, 30 Mar 2026 08:05:30 GMT

// One of them for many moments, most of which lie in the same second. Not thread-safe.
class cached_time_text
{
public:
    using format = std::string (*)(utc_seconds);

    explicit cached_time_text(format how) noexcept : format_(how) {}

    // Valid until the next call.
    std::string_view at(utc_seconds t)
    {
        if (std::exchange(last_, t) != t || text_.empty())
            text_ = format_(t);
        return text_;
    }

private:
    format format_;
    utc_seconds last_{};
    std::string text_;
};

// Each refuses dates that do not exist. iso8601 takes an optional fraction, which is dropped.
std::optional<utc_seconds> parse_iso8601(std::string_view text);
std::optional<utc_seconds> parse_iso8601_basic(std::string_view text);
std::optional<utc_seconds> parse_http_date(std::string_view text);

}  // namespace sluice
