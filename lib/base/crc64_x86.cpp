#include "base/crc64_x86.hpp"

#if defined(__x86_64__)

#include "base/crc64_fold.hpp"
#include "base/crc64_sliced.hpp"

#include <immintrin.h>

#include <array>
#include <bit>

#define SLUICE_PCLMUL __attribute__((target("sse2,pclmul")))
#define SLUICE_VPCLMUL __attribute__((target("avx512f,avx512vl,pclmul,vpclmulqdq")))

namespace sluice
{

namespace
{

// Eight registers hide the latency of the multiplication.
constexpr std::size_t lanes = 8;

constexpr std::size_t narrow = sizeof(__m128i);
constexpr std::size_t wide = sizeof(__m512i);

constexpr unsigned bits(std::size_t bytes) noexcept
{
    return static_cast<unsigned>(bytes) * 8;
}

SLUICE_PCLMUL inline __m128i load(std::byte const* from)
{
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(from));
}

SLUICE_PCLMUL inline __m128i factors(crc64_fold const& by)
{
    return _mm_set_epi64x(static_cast<long long>(by.high), static_cast<long long>(by.low));
}

SLUICE_PCLMUL inline __m128i fold(__m128i message, __m128i by, __m128i onto)
{
    auto const low = _mm_clmulepi64_si128(message, by, 0x00);
    auto const high = _mm_clmulepi64_si128(message, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

// The CRC of a message of 16 bytes that stands for all that was folded into it, and of what follows.
SLUICE_PCLMUL inline std::uint64_t finish(__m128i folded, std::span<std::byte const> rest)
{
    std::array<std::byte, narrow> message;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(message.data()), folded);
    constexpr std::uint64_t nothing_before = ~std::uint64_t{0};  // inverted, the register is zero
    return crc64_sliced(crc64_sliced(nothing_before, message), rest);
}

SLUICE_VPCLMUL inline __m512i load_wide(std::byte const* from)
{
    return _mm512_loadu_si512(from);
}

SLUICE_VPCLMUL inline __m512i fold_wide(__m512i message, __m512i by, __m512i onto)
{
    constexpr int exclusive_or_of_three = 0x96;
    auto const low = _mm512_clmulepi64_epi128(message, by, 0x00);
    auto const high = _mm512_clmulepi64_epi128(message, by, 0x11);
    return _mm512_ternarylogic_epi64(low, high, onto, exclusive_or_of_three);
}

SLUICE_VPCLMUL inline __m512i factors_wide(crc64_fold const& by)
{
    // Masked with all: the plain form makes GCC 12 warn of a register that it leaves undefined by intent.
    return _mm512_maskz_broadcast_i32x4(__mmask16{0xFFFF}, factors(by));
}

}  // namespace

SLUICE_PCLMUL std::uint64_t crc64_pclmul(std::uint64_t crc, std::span<std::byte const> data) noexcept
{
    constexpr auto block = lanes * narrow;
    if (data.size() < block)
        return crc64_sliced(crc, data);

    auto const* at = data.data();
    auto const* const end = at + data.size();
    __m128i lane[lanes];
    for (std::size_t i = 0; i < lanes; ++i)
        lane[i] = load(at + i * narrow);
    lane[0] = _mm_xor_si128(lane[0], _mm_set_epi64x(0, std::bit_cast<long long>(~crc)));

    static constexpr auto by_block = crc64_fold_by(bits(block));
    auto const far = factors(by_block);
    for (at += block; static_cast<std::size_t>(end - at) >= block; at += block)
        for (std::size_t i = 0; i < lanes; ++i)
            lane[i] = fold(lane[i], far, load(at + i * narrow));

    static constexpr auto by_one = crc64_fold_by(bits(narrow));
    auto const near = factors(by_one);
    auto folded = lane[0];
    for (std::size_t i = 1; i < lanes; ++i)
        folded = fold(folded, near, lane[i]);
    for (; static_cast<std::size_t>(end - at) >= narrow; at += narrow)
        folded = fold(folded, near, load(at));
    return finish(folded, {at, end});
}

SLUICE_VPCLMUL std::uint64_t crc64_vpclmul(std::uint64_t crc, std::span<std::byte const> data) noexcept
{
    constexpr auto block = lanes * wide;
    if (data.size() < block)
        return crc64_pclmul(crc, data);

    auto const* at = data.data();
    auto const* const end = at + data.size();
    __m512i lane[lanes];
    for (std::size_t i = 0; i < lanes; ++i)
        lane[i] = load_wide(at + i * wide);
    auto const start = _mm_set_epi64x(0, std::bit_cast<long long>(~crc));
    lane[0] = _mm512_xor_si512(lane[0], _mm512_zextsi128_si512(start));

    static constexpr auto by_block = crc64_fold_by(bits(block));
    auto const far = factors_wide(by_block);
    for (at += block; static_cast<std::size_t>(end - at) >= block; at += block)
        for (std::size_t i = 0; i < lanes; ++i)
            lane[i] = fold_wide(lane[i], far, load_wide(at + i * wide));

    static constexpr auto by_one_wide = crc64_fold_by(bits(wide));
    auto const near_wide = factors_wide(by_one_wide);
    auto folded_wide = lane[0];
    for (std::size_t i = 1; i < lanes; ++i)
        folded_wide = fold_wide(folded_wide, near_wide, lane[i]);
    for (; static_cast<std::size_t>(end - at) >= wide; at += wide)
        folded_wide = fold_wide(folded_wide, near_wide, load_wide(at));

    static constexpr auto by_one = crc64_fold_by(bits(narrow));
    auto const near = factors(by_one);
    std::array<std::byte, wide> rows;
    _mm512_storeu_si512(rows.data(), folded_wide);
    auto folded = load(rows.data());
    for (std::size_t i = narrow; i < wide; i += narrow)
        folded = fold(folded, near, load(rows.data() + i));
    for (; static_cast<std::size_t>(end - at) >= narrow; at += narrow)
        folded = fold(folded, near, load(at));
    return finish(folded, {at, end});
}

bool has_pclmul() noexcept
{
    return __builtin_cpu_supports("pclmul") != 0;
}

bool has_vpclmul() noexcept
{
    return has_pclmul() && __builtin_cpu_supports("vpclmulqdq") != 0 && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0;
}

}  // namespace sluice

#undef SLUICE_PCLMUL
#undef SLUICE_VPCLMUL

#endif
