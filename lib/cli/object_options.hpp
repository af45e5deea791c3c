#pragma once

#include "cli/transport_options.hpp"

#include <sluice/upload_grant.hpp>

#include <optional>
#include <string>

namespace sluice::cli
{

// An object of OSS, and who may write it: a grant obtained elsewhere, or a bucket of one's own with the environment's
// credentials.
struct object_options
{
    std::string upload_address, upload_auth;
    std::string endpoint, bucket, key;
    std::optional<std::string> security_token;

    void add_to(CLI::App& command);              // all of it; one of the two must be given
    void add_bucket_to(CLI::App& command);       // a bucket of one's own, without a key
    void add_credentials_to(CLI::App& command);  // where the object is known already

    [[nodiscard]] bool given() const { return !upload_address.empty() || !endpoint.empty(); }

    // Errors: what is wrong on the command line or absent from the environment.
    [[nodiscard]] result<upload_grant> grant() const;

    // The transport's, where `--region` is that of OSS.
    static result<client_config> to_config(transport_options const& transport);
};

}  // namespace sluice::cli
