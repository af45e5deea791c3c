#include "ims/base64_neon.hpp"

#if defined(__aarch64__)

#include "ims/base64_digits.hpp"
#include "ims/base64_scalar.hpp"

#include <arm_neon.h>

namespace sluice::ims
{

namespace
{

uint8x16x4_t load_table(unsigned char const* from) noexcept
{
    return {{vld1q_u8(from), vld1q_u8(from + 16), vld1q_u8(from + 32), vld1q_u8(from + 48)}};
}

}  // namespace

std::size_t decode_base64_groups_neon(char const* from, std::size_t size, char* to) noexcept
{
    static constexpr auto values = base64_ascii_values();
    auto const lower = load_table(values.data());
    auto const upper = load_table(values.data() + 64);
    // An index beyond a table gives zero, so that each character is found in one of the two.
    auto const value_of = [&](uint8x16_t text) {
        return vorrq_u8(vqtbl4q_u8(lower, text), vqtbl4q_u8(upper, vsubq_u8(text, vdupq_n_u8(64))));
    };

    std::size_t at = 0;
    for (; size - at >= 64; at += 64, to += 48)
    {
        auto const text =
            vld4q_u8(reinterpret_cast<unsigned char const*>(from + at));  // all first digits, all second...
        auto const a = value_of(text.val[0]);
        auto const b = value_of(text.val[1]);
        auto const c = value_of(text.val[2]);
        auto const d = value_of(text.val[3]);
        auto const all_text = vorrq_u8(vorrq_u8(text.val[0], text.val[1]), vorrq_u8(text.val[2], text.val[3]));
        auto const all = vorrq_u8(vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d)), all_text);
        if (vmaxvq_u8(all) >= no_base64_value)  // the top bit: no digit, or beyond ASCII
            break;
        uint8x16x3_t const bytes{{vorrq_u8(vshlq_n_u8(a, 2), vshrq_n_u8(b, 4)),
            vorrq_u8(vshlq_n_u8(b, 4), vshrq_n_u8(c, 2)), vorrq_u8(vshlq_n_u8(c, 6), d)}};
        vst3q_u8(reinterpret_cast<unsigned char*>(to), bytes);
    }
    return at + decode_base64_groups_scalar(from + at, size - at, to);
}

}  // namespace sluice::ims

#endif
