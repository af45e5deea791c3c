#pragma once

#include <cstddef>
#include <cstring>

namespace sluice
{

// Zeros memory that held a secret, also where the compiler sees that nobody reads it again: memset is several times as
// fast as OPENSSL_cleanse, and the barrier keeps it.
inline void wipe(void* memory, std::size_t size) noexcept
{
    if (size == 0)
        return;
    std::memset(memory, 0, size);
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

}  // namespace sluice
