#pragma once

#include "emulator/media_library.hpp"
#include "emulator/token_registry.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

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
        std::string oss_url;                                  // for requests that came over http
        std::string oss_tls_url;                              // over https
        std::vector<std::chrono::seconds> first_lifetimes{};  // of the first grants, in their order
    };

    // The registry must outlive it.
    grant_issuer(token_registry& tokens, settings s);

    issued_grant issue(object_place const& place, bool tls);

private:
    std::chrono::seconds next_lifetime();

    token_registry& tokens_;
    settings settings_;
    std::size_t issued_ = 0;
};

}  // namespace sluice::emulator
