#include "base/crc64_neon.hpp"

#if defined(__aarch64__)

#include "base/crc64_fold.hpp"
#include "base/crc64_sliced.hpp"

#include <arm_neon.h>
#include <sys/auxv.h>

#include <array>

#if defined(__clang__)
#define SLUICE_PMULL __attribute__((target("aes")))
#else
#define SLUICE_PMULL __attribute__((target("+crypto")))
#endif

namespace sluice
{

namespace
{

// Eight registers hide the latency of the multiplication.
constexpr std::size_t lanes = 8;
constexpr std::size_t narrow = sizeof(uint64x2_t);

SLUICE_PMULL inline uint64x2_t load(std::byte const* from)
{
    return vreinterpretq_u64_u8(vld1q_u8(reinterpret_cast<std::uint8_t const*>(from)));
}

SLUICE_PMULL inline uint64x2_t fold(uint64x2_t message, crc64_fold const& by, uint64x2_t onto)
{
    auto const low = vmull_p64(vgetq_lane_u64(message, 0), by.low);
    auto const high = vmull_p64(vgetq_lane_u64(message, 1), by.high);
    return veorq_u64(veorq_u64(vreinterpretq_u64_p128(low), vreinterpretq_u64_p128(high)), onto);
}

}  // namespace

SLUICE_PMULL std::uint64_t crc64_pmull(std::uint64_t crc, std::span<std::byte const> data) noexcept
{
    constexpr auto block = lanes * narrow;
    if (data.size() < block)
        return crc64_sliced(crc, data);

    auto const* at = data.data();
    auto const* const end = at + data.size();
    uint64x2_t lane[lanes];
    for (std::size_t i = 0; i < lanes; ++i)
        lane[i] = load(at + i * narrow);
    lane[0] = veorq_u64(lane[0], vsetq_lane_u64(~crc, vdupq_n_u64(0), 0));

    static constexpr auto by_block = crc64_fold_by(block * 8);
    for (at += block; static_cast<std::size_t>(end - at) >= block; at += block)
        for (std::size_t i = 0; i < lanes; ++i)
            lane[i] = fold(lane[i], by_block, load(at + i * narrow));

    static constexpr auto by_one = crc64_fold_by(narrow * 8);
    auto folded = lane[0];
    for (std::size_t i = 1; i < lanes; ++i)
        folded = fold(folded, by_one, lane[i]);
    for (; static_cast<std::size_t>(end - at) >= narrow; at += narrow)
        folded = fold(folded, by_one, load(at));

    // A message of 16 bytes that stands for all that was folded into it.
    std::array<std::byte, narrow> message;
    vst1q_u8(reinterpret_cast<std::uint8_t*>(message.data()), vreinterpretq_u8_u64(folded));
    constexpr std::uint64_t nothing_before = ~std::uint64_t{0};  // inverted, the register is zero
    return crc64_sliced(crc64_sliced(nothing_before, message), {at, end});
}

bool has_pmull() noexcept
{
    return (::getauxval(AT_HWCAP) & HWCAP_PMULL) != 0;
}

}  // namespace sluice

#undef SLUICE_PMULL

#endif
