#pragma once

#include <string_view>

namespace sluice::oss
{

// The media type that a key's suffix stands for, such as video/mp4; application/octet-stream for all others.
std::string_view content_type_of(std::string_view key) noexcept;

}  // namespace sluice::oss
