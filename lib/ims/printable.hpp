#pragma once

#include <sluice/credentials.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::ims
{

// On one line: control characters become blanks, and what is not UTF-8 loses its bytes above 0x7F to `?`. What is
// longer than `limit` bytes ends in `...`, at a character's end.
std::string one_line(std::string_view text, std::size_t limit);

// What a caller passed, between quotes, short enough for a message.
std::string in_quotes(std::string_view text);

// Text of a server for an error: it may repeat what was sent, or quote the grant that it made, so the secret, the token
// and all that is as long as an UploadAuth become `***`.
std::string without_secrets(std::string text, credentials const& who);

}  // namespace sluice::ims
