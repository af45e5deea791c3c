#pragma once

namespace sluice
{

/// Of the headers that a program was compiled with.
inline constexpr char version[] = "0.1.0";

}  // namespace sluice
