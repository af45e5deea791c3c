#include "sink/request.hpp"

#include "base/text.hpp"

namespace bench::sink
{

namespace
{

using sluice::equal_ignoring_case;

// Up to `end`, which is taken off too; all of it when there is none.
std::string_view take_until(std::string_view& text, std::string_view end)
{
    auto const at = text.find(end);
    auto const front = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
    return front;
}

bool take_field(request& r, std::string_view name, std::string_view value)
{
    if (equal_ignoring_case(name, "Content-Length"))
    {
        auto const length = sluice::parse_number<std::uint64_t>(value);
        r.length = length.value_or(0);
        return length.has_value();
    }
    if (equal_ignoring_case(name, "x-acs-action"))
        r.action = value;
    else if (equal_ignoring_case(name, "Expect"))
        r.awaits_leave = equal_ignoring_case(value, "100-continue");
    else if (equal_ignoring_case(name, "Connection"))
        r.is_last = equal_ignoring_case(value, "close");
    else if (equal_ignoring_case(name, "x-bench-crc64"))
        r.crc64 = sluice::parse_number<std::uint64_t>(value);
    return !equal_ignoring_case(name, "Transfer-Encoding");
}

}  // namespace

std::string_view request::path() const noexcept
{
    return std::string_view(target).substr(0, target.find('?'));
}

std::optional<std::string_view> request::query(std::string_view name) const noexcept
{
    auto rest = std::string_view(target);
    take_until(rest, "?");
    while (!rest.empty())
    {
        auto value = take_until(rest, "&");
        if (take_until(value, "=") == name)
            return value;
    }
    return std::nullopt;
}

std::optional<request> read_request(std::string_view head)
{
    request r;
    auto first = take_until(head, "\r\n");
    r.method = take_until(first, " ");
    r.target = take_until(first, " ");
    if (first != "HTTP/1.1" || !r.target.starts_with('/'))
        return std::nullopt;
    while (!head.empty())
    {
        auto value = take_until(head, "\r\n");
        auto const name = take_until(value, ":");
        if (!take_field(r, name, sluice::trim(value)))
            return std::nullopt;
    }
    return r;
}

}  // namespace bench::sink
