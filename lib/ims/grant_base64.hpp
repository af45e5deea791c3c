#pragma once

#include "ims/text_kernel.hpp"

#include <sluice/upload_grant.hpp>

#include <cstddef>
#include <string_view>

namespace sluice::ims
{

// Room that decode_grant_base64 needs for an input of this size.
constexpr std::size_t grant_base64_room(std::size_t encoded) noexcept
{
    return encoded / 4 * 3 + 3;
}

struct grant_base64_result
{
    grant_errc code{};  // grant_errc{}: decoded
    std::size_t size = 0;
};

// Base64 as the vendor's own decoders take it, all at once: white space anywhere, either alphabet or both, with
// padding or without. Spare bits may be anything. Refuses with grant_errc::empty or base64.
grant_base64_result decode_grant_base64(
    std::string_view encoded, char* to, text_kernel const& with = text_kernels().front()) noexcept;

}  // namespace sluice::ims
