#pragma once

#include <cstdint>

namespace bench
{

// What of this process is in memory now, in bytes, after malloc has given back all that it can.
std::uint64_t resident_bytes();

// The most that it ever was.
std::uint64_t peak_resident_bytes();

// What is allocated from the heap now.
std::uint64_t heap_bytes();

}  // namespace bench
