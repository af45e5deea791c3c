#pragma once

#include <string>
#include <string_view>

// The grammar of RFC 8259 below the level of members, for text that is known to be valid UTF-8.
namespace sluice::ims
{

bool is_json_number(std::string_view text) noexcept;

// What stands between the quotes of a string: no control characters, no bare quote, each escape known, each surrogate
// escape half of a pair.
bool is_json_string_content(std::string_view text) noexcept;

// One value of any kind and depth with nothing but white space around it.
bool is_json_value(std::string_view text);

// Writes the string content without its escapes and returns the end. Never longer than `text`; `to` may be where it
// begins. `text` must have passed is_json_string_content.
char* unescape_json(std::string_view text, char* to) noexcept;
std::string unescape_json(std::string_view text);

}  // namespace sluice::ims
