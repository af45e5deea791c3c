#pragma once

#include <sluice/credentials.hpp>
#include <sluice/error.hpp>

#include <string>

namespace sluice::oss
{

// Puts *** in the place of the secret and the token: some servers, and most debugging proxies, send back what they got.
// Finds them percent-encoded, too, and in pieces: eight characters of a long one, or its beginning where the text ends.
void redact(std::string& text, credentials const& secrets);

// In what a server said.
void redact(error& e, credentials const& secrets);

}  // namespace sluice::oss
