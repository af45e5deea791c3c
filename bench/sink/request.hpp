#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench::sink
{

// As much of a request's head as the sink acts on.
struct request
{
    std::string method;
    std::string target;
    std::string action;                  // x-acs-action
    std::uint64_t length = 0;            // of the body
    bool awaits_leave = false;           // Expect: 100-continue
    bool is_last = false;                // Connection: close
    std::optional<std::uint64_t> crc64;  // x-bench-crc64: what the client says of its body

    [[nodiscard]] std::string_view path() const noexcept;

    // The value of a field of the query, as it stands there. Empty for a field without one; nothing: it is not there.
    [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const noexcept;
};

// A whole head, with its empty line. Nothing: it is no HTTP/1.1, or in a form that the sink does not take (chunked).
std::optional<request> read_request(std::string_view head);

}  // namespace bench::sink
