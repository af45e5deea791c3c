#pragma once

#include <cstdint>

namespace bench
{

// How often the calling thread has taken memory from the heap: by operator new and aligned_alloc, which a program that
// asks this has replaced, and by OpenSSL once it counts.
std::uint64_t allocations() noexcept;

// To be called before anything else touches OpenSSL; ends the process when that is too late.
void count_openssl_allocations();

}  // namespace bench
