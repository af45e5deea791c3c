#pragma once

#include <sluice/emulator.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// How many requests came for each operation. Thread-safe.
class request_counts
{
public:
    using by_operation = std::map<std::string, server::request_count>;

    void count(std::string_view operation);
    void count_body(std::string_view operation, std::uint64_t bytes);
    [[nodiscard]] by_operation all() const;

private:
    mutable std::mutex mutex_;
    by_operation counts_;
};

}  // namespace sluice::emulator
