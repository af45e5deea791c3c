#pragma once

#include <sluice/error.hpp>
#include <sluice/secret.hpp>

#include <optional>
#include <string>

namespace sluice
{

/// An access key, with the security token when it is a temporary one.
struct SLUICE_EXPORT credentials
{
    credentials() = default;
    credentials(std::string id, secret_string secret, secret_string token = {});

    std::string access_key_id;
    secret_string access_key_secret;
    secret_string security_token;  ///< empty for a long-lived access key

    friend bool operator==(credentials const&, credentials const&) = default;
};

/// Reads ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, when set, ALIBABA_CLOUD_SECURITY_TOKEN.
/// Errors: errc::no_credentials, naming the variable that is missing.
/// Thread-safety: as `getenv`: no other thread may change the environment meanwhile.
SLUICE_EXPORT result<credentials> credentials_from_environment();

}  // namespace sluice
