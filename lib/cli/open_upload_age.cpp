#include "cli/open_upload_age.hpp"

#include "base/text.hpp"
#include "cli/printable.hpp"

#include <cstdint>
#include <string>

namespace sluice::cli
{

namespace
{

std::int64_t seconds_of_unit(char unit) noexcept
{
    switch (unit)
    {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    default:
        return 0;
    }
}

constexpr std::uint32_t most_days = 36500;

}  // namespace

result<std::chrono::seconds> parse_age(std::string_view text)
{
    auto const number = text.empty() ? std::nullopt : parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
    auto const unit = text.empty() ? 0 : seconds_of_unit(text.back());
    if (number && unit != 0 && *number * unit <= most_days * seconds_of_unit('d'))
        return std::chrono::seconds(*number * unit);
    error e(errc::invalid_argument, "wants a time such as 30m, 24h or 7d, not \"" + printable(text) + '"');
    e.attempts = 0;
    return e;
}

bool is_older(open_upload const& upload, std::chrono::seconds age) noexcept
{
    return upload.age && *upload.age >= age;
}

}  // namespace sluice::cli
