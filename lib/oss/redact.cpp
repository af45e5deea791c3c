#include "oss/redact.hpp"

#include <string_view>

namespace sluice::oss
{

namespace
{

void replace_all(std::string& text, std::string_view secret)
{
    constexpr std::string_view mask = "***";
    if (secret.empty())
        return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size()))
        text.replace(at, secret.size(), mask);
}

}  // namespace

void redact(std::string& text, credentials const& secrets)
{
    replace_all(text, secrets.security_token.reveal());
    replace_all(text, secrets.access_key_secret.reveal());
}

}  // namespace sluice::oss
