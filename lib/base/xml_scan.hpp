#pragma once

#include <cstddef>
#include <string_view>

namespace sluice
{

// What a lenient parser lets pass, or what could harm it: true when the text is UTF-8 of characters that XML knows, has
// one root, no document type declaration, no undefined entity and nesting of at most `max_depth`. Whether names of
// start and end tags match is left to the parser.
bool is_safe_xml(std::string_view text, unsigned max_depth);

// The text without a UTF-8 byte order mark.
std::string_view without_byte_order_mark(std::string_view text) noexcept;

// Bytes of the character that begins the text, as utf8_sequence_length(); 0 also for characters that XML 1.0 does not
// allow (section 2.2): those below U+0020 but tab, LF and CR, and U+FFFE and U+FFFF.
std::size_t xml_character_length(std::string_view text) noexcept;

}  // namespace sluice
