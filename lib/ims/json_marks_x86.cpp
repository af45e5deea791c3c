#include "ims/json_marks_x86.hpp"

#if defined(__x86_64__)

#include <bit>
#include <immintrin.h>

#define SLUICE_AVX2 __attribute__((target("avx2")))
#define SLUICE_AVX512 __attribute__((target("avx512f,avx512bw")))

namespace sluice::ims
{

namespace
{

constexpr std::size_t block_size = 64;

// What a block holds, a bit for each byte, the first the lowest.
struct block_marks
{
    std::uint64_t unusual;  // not visible ASCII, or a backslash
    std::uint64_t quotes;
};

SLUICE_AVX2 inline std::uint64_t bits_of(__m256i low, __m256i high)
{
    return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32 |
           static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
}

SLUICE_AVX2 inline __m256i unusual_in(__m256i text)
{
    // Signed: bytes beyond ASCII are less than a blank too.
    auto const invisible = _mm256_cmpgt_epi8(_mm256_set1_epi8('!'), text);
    auto const del = _mm256_cmpeq_epi8(text, _mm256_set1_epi8(0x7F));
    auto const backslash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\\'));
    return _mm256_or_si256(invisible, _mm256_or_si256(del, backslash));
}

SLUICE_AVX2 inline block_marks look_avx2(char const* at)
{
    auto const low = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(at));
    auto const high = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(at + 32));
    auto const quote = _mm256_set1_epi8('"');
    return {bits_of(unusual_in(low), unusual_in(high)),
        bits_of(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote))};
}

SLUICE_AVX512 inline block_marks look_avx512(char const* at)
{
    auto const text = _mm512_loadu_si512(at);
    auto const above = _mm512_sub_epi8(text, _mm512_set1_epi8('!'));
    return {_mm512_cmpgt_epu8_mask(above, _mm512_set1_epi8('~' - '!')) |
                _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\\')),
        _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('"'))};
}

// False when there is no room for all of them.
inline bool keep_quotes(std::uint64_t quotes, std::size_t at, json_marks& marks) noexcept
{
    for (; quotes != 0; quotes &= quotes - 1)
    {
        if (marks.count == json_marks::capacity)
            return false;
        marks.quotes[marks.count++] = static_cast<std::uint32_t>(at + static_cast<unsigned>(std::countr_zero(quotes)));
    }
    return true;
}

// Blanks are the one thing unusual that may be there.
inline bool are_blanks(std::uint64_t unusual, char const* block, json_marks& marks) noexcept
{
    for (; unusual != 0; unusual &= unusual - 1)
        if (block[std::countr_zero(unusual)] != ' ')
            return false;
    marks.blanks = true;
    return true;
}

// What stands at `at`, of which only the bits in `inside` are of the text. False when that settles the matter.
inline bool take(block_marks block, std::uint64_t inside, char const* text, std::size_t at, json_marks& marks) noexcept
{
    block.unusual &= inside;
    return (block.unusual == 0 || are_blanks(block.unusual, text + at, marks)) &&
           keep_quotes(block.quotes & inside, at, marks);
}

constexpr std::uint64_t whole_block = ~std::uint64_t{0};

// Of a text's last block, which is not whole.
constexpr std::uint64_t first_bits(std::size_t count) noexcept
{
    return (std::uint64_t{1} << count) - 1;
}

}  // namespace

SLUICE_AVX2 bool find_json_marks_avx2(char const* text, std::size_t size, json_marks& marks) noexcept
{
    marks.count = 0;
    marks.blanks = false;
    std::size_t at = 0;
    for (; size - at >= block_size; at += block_size)
        if (!take(look_avx2(text + at), whole_block, text, at, marks))
            return false;
    return at == size || take(look_avx2(text + at), first_bits(size - at), text, at, marks);
}

SLUICE_AVX512 bool find_json_marks_avx512(char const* text, std::size_t size, json_marks& marks) noexcept
{
    marks.count = 0;
    marks.blanks = false;
    std::size_t at = 0;
    for (; size - at >= block_size; at += block_size)
        if (!take(look_avx512(text + at), whole_block, text, at, marks))
            return false;
    return at == size || take(look_avx512(text + at), first_bits(size - at), text, at, marks);
}

}  // namespace sluice::ims

#undef SLUICE_AVX2
#undef SLUICE_AVX512

#endif
