#include "base/endpoint.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>

namespace sluice
{

namespace
{

bool is_host_character(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

// Takes "https://" or "http://" off the front, whatever its case.
std::optional<bool> take_scheme(std::string_view& text)
{
    auto const end = text.find("://");
    if (end == std::string_view::npos)
        return true;
    auto const scheme = text.substr(0, end);
    bool const tls = equal_ignoring_case(scheme, "https");
    if (!tls && !equal_ignoring_case(scheme, "http"))
        return std::nullopt;
    text.remove_prefix(end + 3);
    return tls;
}

bool take_bracketed_host(std::string_view& text, endpoint& out)
{
    auto const end = text.find(']');
    if (end == std::string_view::npos)
        return false;
    out.host = to_lower(text.substr(1, end - 1));
    out.host_is_address = true;
    text.remove_prefix(end + 1);

    boost::system::error_code failure;
    boost::asio::ip::make_address_v6(out.host, failure);
    return !failure && out.host.find('%') == std::string::npos;  // a zone means nothing to a server
}

bool take_host(std::string_view& text, endpoint& out)
{
    if (text.starts_with('['))
        return take_bracketed_host(text, out);
    auto const end = std::min(text.find(':'), text.size());
    out.host = to_lower(text.substr(0, end));
    text.remove_prefix(end);

    boost::system::error_code failure;
    boost::asio::ip::make_address_v4(out.host, failure);
    out.host_is_address = !failure;
    return !out.host.empty() && std::ranges::all_of(out.host, is_host_character);
}

bool take_port(std::string_view& text, endpoint& out)
{
    if (!text.starts_with(':'))
        return true;
    auto const port = parse_number<std::uint16_t>(text.substr(1));
    text = {};
    out.port = port.value_or(0);
    return out.port != 0;
}

std::optional<endpoint> parse(std::string_view text)
{
    endpoint out;
    auto const tls = take_scheme(text);
    if (!tls)
        return std::nullopt;
    out.tls = *tls;
    if (text.ends_with('/'))
        text.remove_suffix(1);
    if (!take_host(text, out) || !take_port(text, out) || !text.empty())
        return std::nullopt;
    return out;
}

std::string in_brackets_if_v6(std::string const& host)
{
    return host.find(':') != std::string::npos ? '[' + host + ']' : host;
}

}  // namespace

std::string endpoint::host_and_port() const
{
    return in_brackets_if_v6(host) + ':' + std::to_string(effective_port());
}

std::string endpoint::authority() const
{
    auto out = in_brackets_if_v6(host);
    if (port != 0 && port != (tls ? 443 : 80))
        out += ':' + std::to_string(port);
    return out;
}

std::string endpoint::url() const
{
    return (tls ? "https://" : "http://") + authority();
}

result<endpoint> parse_endpoint(std::string_view text)
{
    if (auto parsed = parse(text))
        return *std::move(parsed);
    return error(errc::invalid_argument, "\"" + std::string(text) +
                                             "\" is not an endpoint; expected [http[s]://]host[:port], " +
                                             "host of letters, digits, dots and dashes, port 1 to 65535");
}

}  // namespace sluice
