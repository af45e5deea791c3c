#include "ims/base64_x86.hpp"

#if defined(__x86_64__)

#include "ims/base64_digits.hpp"
#include "ims/base64_scalar.hpp"

#include <immintrin.h>

#define SLUICE_AVX2 __attribute__((target("avx2")))
#define SLUICE_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))

namespace sluice::ims
{

namespace
{

// Four 6-bit values in each 32 bits, the first in the lowest byte, become 24 bits, the first on top.
// Multiplying by 64 moves the first of two up past the second; the two pairs join in the same way, by 4096.
constexpr int join_digits = 0x01400140;
constexpr int join_pairs = 0x00011000;

// --- AVX2: two shuffles classify each character, by its upper and its lower half

struct avx2_tables
{
    __m256i wrong_by_low;    // a bit for each class of upper halves with which this lower half is no digit
    __m256i class_by_high;   // the bit of an upper half's class
    __m256i offset_by_high;  // from character to value, but for the characters below
    __m256i sign_values;     // value minus character of + - /, by the lower half
};

SLUICE_AVX2 inline __m256i both_lanes(__m128i table)
{
    return _mm256_broadcastsi128_si256(table);
}

SLUICE_AVX2 inline avx2_tables make_avx2_tables()
{
    // Classes: 01 for 2x (+ - /), 02 for 3x (0-9), 04 for 4x and 6x (a letter but at 0), 08 for 5x (letters to z, and
    // _), 10 for 7x (letters to z), 20 for all others.
    return {
        both_lanes(_mm_setr_epi8(
            0x25, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x23, 0x3A, 0x3B, 0x3A, 0x3B, 0x32)),
        both_lanes(_mm_setr_epi8(
            0x20, 0x20, 0x01, 0x02, 0x04, 0x08, 0x04, 0x10, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20)),
        both_lanes(_mm_setr_epi8(0, 0, 0, 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0)),
        both_lanes(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 62 - '+', 0, 62 - '-', 0, 63 - '/')),
    };
}

// False when one of the 32 characters is no digit.
SLUICE_AVX2 inline bool decode_32(avx2_tables const& t, char const* from, __m256i& bytes)
{
    auto const half = _mm256_set1_epi8(0x0F);
    auto const text = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(from));
    auto const high = _mm256_and_si256(_mm256_srli_epi32(text, 4), half);
    auto const low = _mm256_and_si256(text, half);
    if (!_mm256_testz_si256(_mm256_shuffle_epi8(t.wrong_by_low, low), _mm256_shuffle_epi8(t.class_by_high, high)))
        return false;

    // Saturation pushes every character but those of 2x over 0x80, where the shuffle gives zero.
    auto const as_sign = _mm256_adds_epu8(_mm256_xor_si256(text, _mm256_set1_epi8(0x20)), _mm256_set1_epi8(0x70));
    auto const underscore =
        _mm256_and_si256(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('_')), _mm256_set1_epi8(63 - ('_' - 'A')));
    auto const offset =
        _mm256_add_epi8(_mm256_shuffle_epi8(t.offset_by_high, high), _mm256_shuffle_epi8(t.sign_values, as_sign));
    auto const values = _mm256_add_epi8(_mm256_add_epi8(text, offset), underscore);

    auto const pairs = _mm256_maddubs_epi16(values, _mm256_set1_epi32(join_digits));
    auto const groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(join_pairs));
    auto const packed =
        _mm256_shuffle_epi8(groups, both_lanes(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1)));
    bytes = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
    return true;
}

// --- AVX-512 VBMI: one look-up of 128 bytes

struct avx512_tables
{
    __m512i lower;  // the values of characters 0 to 63
    __m512i upper;
    __m512i pack;
};

SLUICE_AVX512 inline avx512_tables make_avx512_tables()
{
    alignas(64) static constexpr auto values = base64_ascii_values();
    alignas(64) static constexpr auto pack = [] {
        std::array<unsigned char, 64> order{};
        for (unsigned i = 0; i < 48; ++i)
            order[i] = static_cast<unsigned char>(i / 3 * 4 + 2 - i % 3);
        return order;
    }();
    return {_mm512_load_si512(values.data()), _mm512_load_si512(values.data() + 64), _mm512_load_si512(pack.data())};
}

SLUICE_AVX512 inline bool decode_64(avx512_tables const& t, __m512i text, __m512i& bytes)
{
    auto const values = _mm512_permutex2var_epi8(t.lower, text, t.upper);
    if (_mm512_movepi8_mask(_mm512_or_si512(values, text)) != 0)  // the top bit: no digit, or beyond ASCII
        return false;
    auto const pairs = _mm512_maddubs_epi16(values, _mm512_set1_epi32(join_digits));
    auto const groups = _mm512_madd_epi16(pairs, _mm512_set1_epi32(join_pairs));
    // Masked with all: the plain form makes GCC 12 warn of a register that it leaves undefined by intent.
    bytes = _mm512_maskz_permutexvar_epi8(~__mmask64{0}, t.pack, groups);
    return true;
}

}  // namespace

SLUICE_AVX2 std::size_t decode_base64_groups_avx2(char const* from, std::size_t size, char* to) noexcept
{
    // A store of 32 bytes holds 24: behind it there must be room for 8 that count, or 11 more characters.
    constexpr std::size_t needed = 32 + 12;
    auto const tables = make_avx2_tables();
    std::size_t at = 0;
    __m256i bytes;
    for (; size - at >= needed && decode_32(tables, from + at, bytes); at += 32, to += 24)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes);
    return at + decode_base64_groups_scalar(from + at, size - at, to);
}

SLUICE_AVX512 std::size_t decode_base64_groups_avx512(char const* from, std::size_t size, char* to) noexcept
{
    auto const tables = make_avx512_tables();
    std::size_t at = 0;
    __m512i bytes;
    for (; size - at >= 64; at += 64, to += 48)
    {
        if (!decode_64(tables, _mm512_loadu_si512(from + at), bytes))
            return at + decode_base64_groups_scalar(from + at, size - at, to);
        _mm512_mask_storeu_epi8(to, (1ULL << 48) - 1, bytes);
    }
    auto const rest = (size - at) / 4 * 4;
    auto const text = _mm512_mask_loadu_epi8(_mm512_set1_epi8('A'), (1ULL << rest) - 1, from + at);
    if (!decode_64(tables, text, bytes))
        return at + decode_base64_groups_scalar(from + at, rest, to);
    _mm512_mask_storeu_epi8(to, (1ULL << rest / 4 * 3) - 1, bytes);
    return at + rest;
}

}  // namespace sluice::ims

#undef SLUICE_AVX2
#undef SLUICE_AVX512

#endif
