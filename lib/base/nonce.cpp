#include "base/nonce.hpp"

#include "base/hex.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace sluice
{

std::string make_nonce(random_source& random)
{
    std::array<std::byte, 16> bytes;
    random.fill(bytes);
    return to_hex(bytes);
}

void nonce_source::append(std::string& out)
{
    if (used_ == bytes_.size())
    {
        random_.fill(bytes_);
        used_ = 0;
    }
    append_hex(out, std::span(bytes_).subspan(used_, nonce_bytes));
    used_ += nonce_bytes;
}

double random_fraction(random_source& random)
{
    std::uint64_t bits = 0;
    random.fill(std::as_writable_bytes(std::span(&bits, 1)));
    return static_cast<double>(bits >> 11) * 0x1p-53;  // a double holds 53 bits exactly
}

}  // namespace sluice
