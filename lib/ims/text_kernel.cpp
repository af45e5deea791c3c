#include "ims/text_kernel.hpp"

#include "ims/base64_neon.hpp"
#include "ims/base64_scalar.hpp"
#include "ims/base64_x86.hpp"
#include "ims/json_marks_scalar.hpp"
#include "ims/json_marks_x86.hpp"

#include <array>

namespace sluice::ims
{

namespace
{

struct kernel_list
{
    std::array<text_kernel, 3> items;
    std::size_t size = 0;

    void add(text_kernel const& kernel) noexcept { items[size++] = kernel; }
};

kernel_list find_kernels() noexcept
{
    kernel_list found;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
        __builtin_cpu_supports("avx512vbmi") != 0)
        found.add({"avx512vbmi", &decode_base64_groups_avx512, &find_json_marks_avx512});
    if (__builtin_cpu_supports("avx2") != 0)
        found.add({"avx2", &decode_base64_groups_avx2, &find_json_marks_avx2});
#elif defined(__aarch64__)
    found.add({"neon", &decode_base64_groups_neon, &find_json_marks_scalar});
#endif
    found.add({"scalar", &decode_base64_groups_scalar, &find_json_marks_scalar});
    return found;
}

}  // namespace

std::span<text_kernel const> text_kernels() noexcept
{
    static auto const found = find_kernels();
    return {found.items.data(), found.size};
}

}  // namespace sluice::ims
