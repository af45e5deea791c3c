#include "cli/part_range_text.hpp"

#include "base/text.hpp"
#include "cli/printable.hpp"

#include <optional>
#include <string>

namespace sluice::cli
{

result<part_range> parse_part_range(std::string_view text)
{
    auto const dash = text.find('-');
    auto const first = parse_number<unsigned>(text.substr(0, dash));
    auto last = first;
    if (dash != std::string_view::npos)
        last = dash + 1 == text.size() ? 0U : parse_number<unsigned>(text.substr(dash + 1));
    bool const is_open = dash != std::string_view::npos && dash + 1 == text.size();
    bool const good = first && last && *first > 0 && (is_open || *last >= *first);
    if (good)
        return part_range{.first = *first, .last = *last};
    error e(errc::invalid_argument, "wants part numbers such as 7, 1-400 or 401-, not \"" + printable(text) + '"');
    e.attempts = 0;
    return e;
}

}  // namespace sluice::cli
