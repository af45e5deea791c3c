#include "ims/base64_kernel.hpp"

#include "ims/base64_neon.hpp"
#include "ims/base64_scalar.hpp"
#include "ims/base64_x86.hpp"

#include <array>

namespace sluice::ims
{

namespace
{

struct kernel_list
{
    std::array<base64_kernel, 3> items;
    std::size_t size = 0;

    void add(std::string_view name, base64_decode_groups decode) noexcept { items[size++] = {name, decode}; }
};

kernel_list find_kernels() noexcept
{
    kernel_list found;
#if defined(__x86_64__)
    if (has_base64_avx512())
        found.add("avx512vbmi", &decode_base64_groups_avx512);
    if (has_base64_avx2())
        found.add("avx2", &decode_base64_groups_avx2);
#elif defined(__aarch64__)
    found.add("neon", &decode_base64_groups_neon);
#endif
    found.add("scalar", &decode_base64_groups_scalar);
    return found;
}

}  // namespace

std::span<base64_kernel const> base64_kernels() noexcept
{
    static auto const found = find_kernels();
    return {found.items.data(), found.size};
}

}  // namespace sluice::ims
