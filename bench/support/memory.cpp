#include "support/memory.hpp"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace bench
{

std::uint64_t resident_bytes()
{
    ::malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    statm >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t peak_resident_bytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
    {
        if (word != "VmHWM:")
            continue;
        std::uint64_t kib = 0;
        status >> kib;
        return kib * 1024;
    }
    return 0;
}

std::uint64_t heap_bytes()
{
    auto const now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
}

}  // namespace bench
