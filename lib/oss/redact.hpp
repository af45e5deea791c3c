#pragma once

#include <sluice/credentials.hpp>

#include <string>

namespace sluice::oss
{

// Puts *** in the place of the secret and the token: some servers, and most debugging proxies, send back what they got.
void redact(std::string& text, credentials const& secrets);

}  // namespace sluice::oss
