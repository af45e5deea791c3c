#pragma once

#include "ims/text_kernel.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::ims
{

// A member's value as it stands in the text.
struct json_token
{
    enum class kind : unsigned char
    {
        absent,
        null,
        boolean,
        number,
        string,
        array,
        object
    };

    std::string_view text;  // of a string: what is between the quotes
    kind what = kind::absent;
    bool escaped = false;  // a string with escapes still in it
    bool visible = false;  // a string that is known to be visible ASCII throughout

    [[nodiscard]] bool is_string() const noexcept { return what == kind::string; }

    // A string without its escapes; empty for everything else.
    [[nodiscard]] std::string str() const;
};

// Readable bytes that must follow the text that is read.
inline constexpr std::size_t json_padding = 64;

// Reads one JSON object (RFC 8259, UTF-8) and finds members of it by name. All of the text is checked, what nobody
// asked for included; simdjson splits it into tokens, but by itself would pass over much of what it skips. The plain
// objects of strings that services write do not come to it: see flat_object.hpp.
class json_object_reader
{
public:
    json_object_reader();
    json_object_reader(json_object_reader&&) noexcept;
    json_object_reader& operator=(json_object_reader&&) noexcept;
    ~json_object_reader();

    // tokens[i] becomes the member called names[i]: the last one, if there are several. The tokens are
    // views into `text`, which json_padding bytes must follow. False when it is not an object.
    [[nodiscard]] bool read(std::string_view text, std::span<std::string_view const> names,
        std::span<json_token> tokens, text_kernel const& with = text_kernels().front());

private:
    class impl;
    std::unique_ptr<impl> impl_;  // made when it is first needed
};

}  // namespace sluice::ims
