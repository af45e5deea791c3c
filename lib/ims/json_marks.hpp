#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::ims
{

// Where the quotes of a text stand, in order.
struct json_marks
{
    // Enough for an object of 16 strings; more than CreateUploadStream answers with.
    static constexpr std::size_t capacity = 64;

    std::array<std::uint32_t, capacity> quotes;
    std::size_t count = 0;
    bool blanks = false;  // the text holds at least one
};

// False when the text holds anything but printable ASCII, or a backslash, or more quotes than there is room for: so
// after true each string ends at the next quote, and is what it says. 64 readable bytes must follow the text.
using find_json_marks = bool (*)(char const* text, std::size_t size, json_marks& marks) noexcept;

}  // namespace sluice::ims
