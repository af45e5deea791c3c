#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::emulator
{

// What a GET is to be answered with.
struct byte_range
{
    enum class kind
    {
        whole,           // 200
        partial,         // 206
        not_satisfiable  // 416
    };
    kind what = kind::whole;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    friend bool operator==(byte_range const&, byte_range const&) = default;
};

// header: value of Range, empty when there is none. One range, as bytes=a-b, a- or -n; anything else gives the whole.
// A range that is not all inside the object gives the whole too, unless standard (x-oss-range-behavior: standard): then
// it is clipped, and not satisfiable when nothing is left.
byte_range choose_range(std::string_view header, std::uint64_t size, bool standard);

}  // namespace sluice::emulator
