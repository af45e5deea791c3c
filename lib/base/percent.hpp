#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice
{

enum class slash
{
    keep,   // as in a path
    escape  // as in a query
};

// Every byte but A-Z a-z 0-9 - . _ ~ becomes %XX, upper case (RFC 3986 unreserved; what ACS3 and OSS V4 sign).
void append_uri_encoded(std::string& out, std::string_view text, slash how);
std::string uri_encode(std::string_view text, slash how);

// The order of a and b as their encoded forms have it, bytewise, without encoding them.
bool less_uri_encoded(std::string_view a, std::string_view b) noexcept;

enum class plus
{
    literal,  // as in a path
    space     // as in a query
};

// Nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> uri_decode(std::string_view text, plus how);

}  // namespace sluice
