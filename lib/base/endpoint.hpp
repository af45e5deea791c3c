#pragma once

#include <sluice/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice
{

// scheme://host[:port] of a service, without a path.
struct endpoint
{
    bool tls = true;
    std::string host;        // lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;  // 0: not given, so 443 or 80
    bool host_is_address = false;

    [[nodiscard]] std::uint16_t effective_port() const noexcept { return port != 0 ? port : tls ? 443 : 80; }
    // host[:port] as it stands in a Host header: brackets for IPv6; the port when it was given and is not the default.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string url() const;  // scheme://authority
    // host:port for messages: brackets for IPv6; always with the port.
    [[nodiscard]] std::string host_and_port() const;

    friend bool operator==(endpoint const&, endpoint const&) = default;
};

// [http[s]://]host[:port][/]; https when there is no scheme. Host: letters, digits, dot, dash, or [IPv6].
// Errors: errc::invalid_argument that quotes the text.
result<endpoint> parse_endpoint(std::string_view text);

}  // namespace sluice
