#include "base/crc64_kernel.hpp"

#include "base/crc64_neon.hpp"
#include "base/crc64_sliced.hpp"
#include "base/crc64_x86.hpp"

#include <array>

namespace sluice
{

namespace
{

struct kernel_list
{
    std::array<crc64_kernel, 3> items;
    std::size_t size = 0;

    void add(crc64_kernel const& kernel) noexcept { items[size++] = kernel; }
};

kernel_list find_kernels() noexcept
{
    kernel_list found;
#if defined(__x86_64__)
    if (has_vpclmul())
        found.add({"vpclmul", &crc64_vpclmul});
    if (has_pclmul())
        found.add({"pclmul", &crc64_pclmul});
#elif defined(__aarch64__)
    if (has_pmull())
        found.add({"pmull", &crc64_pmull});
#endif
    found.add({"sliced", &crc64_sliced});
    return found;
}

}  // namespace

std::span<crc64_kernel const> crc64_kernels() noexcept
{
    static auto const found = find_kernels();
    return {found.items.data(), found.size};
}

}  // namespace sluice
