#pragma once

#include <sluice/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::net
{

// The attempts that failed, the latest of them, oldest first. Reasons must hold no secret: they are logged.
class attempt_log
{
public:
    // What an error and a receipt tell of them, at most.
    static constexpr std::size_t in_error = 16;
    static constexpr std::size_t in_receipt = 32;

    void add(std::string_view operation, std::string reason);
    void append(attempt_log const& other);

    // Ever added.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    [[nodiscard]] std::vector<failed_attempt> last(std::size_t at_most) const;

private:
    std::vector<failed_attempt> kept_;
    std::uint64_t count_ = 0;
};

}  // namespace sluice::net
