#pragma once

#include <sluice/random_source.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace sluice
{

std::string make_nonce(random_source& random);  // 32 hexadecimal digits: 128 random bits

// Nonces by the dozen: asking the system for a few random bytes costs as much as asking for many. They are no secret,
// so those to come lie open in memory. Not thread-safe.
class nonce_source
{
public:
    // `random` must outlive it.
    explicit nonce_source(random_source& random) noexcept : random_(random) {}

    void append(std::string& out);  // as make_nonce()

private:
    static constexpr std::size_t nonce_bytes = 16;

    random_source& random_;
    std::array<std::byte, 64 * nonce_bytes> bytes_;
    std::size_t used_ = sizeof bytes_;
};

double random_fraction(random_source& random);  // uniform in [0, 1)

}  // namespace sluice
