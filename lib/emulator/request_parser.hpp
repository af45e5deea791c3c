#pragma once

#include "emulator/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace sluice::emulator
{

// Takes one HTTP/1.1 request out of bytes as they come. No sockets in here.
class request_parser
{
public:
    static constexpr std::size_t head_limit = 64UL * 1024;  // bytes

    request_parser();
    ~request_parser();
    request_parser(request_parser const&) = delete;
    request_parser& operator=(request_parser const&) = delete;

    // Consumes bytes of the head and returns how many; what is left must be offered again, with more behind it.
    std::size_t feed_head(std::span<std::byte const> bytes);
    // Consumes bytes of the body, hands their content to `sink` when there is one, and returns how many.
    std::size_t feed_body(std::span<std::byte const> bytes, operation* sink);

    [[nodiscard]] bool started() const noexcept;  // a byte of this request has come
    [[nodiscard]] bool head_done() const noexcept;
    [[nodiscard]] bool done() const noexcept;
    [[nodiscard]] std::uint64_t body_size() const noexcept;  // bytes of content so far
    [[nodiscard]] bool failed() const noexcept;
    [[nodiscard]] std::string const& failure() const noexcept;  // why, for people

    // The three below once the head is done.
    [[nodiscard]] request_head head() const;  // without tls and arrived
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] bool expects_continue() const;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace sluice::emulator
