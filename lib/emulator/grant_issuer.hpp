#pragma once

#include "emulator/media_library.hpp"
#include "emulator/token_registry.hpp"

#include <chrono>
#include <string>

namespace sluice::emulator
{

// UploadAddress and UploadAuth: base64 of JSON.
struct issued_grant
{
    std::string upload_address;
    std::string upload_auth;
};

class grant_issuer
{
public:
    struct settings
    {
        std::string region;
        std::chrono::seconds lifetime{3000};
        std::string oss_url;      // for requests that came over http
        std::string oss_tls_url;  // over https
    };

    // The registry must outlive it.
    grant_issuer(token_registry& tokens, settings s);

    issued_grant issue(object_place const& place, bool tls);

private:
    token_registry& tokens_;
    settings settings_;
};

}  // namespace sluice::emulator
