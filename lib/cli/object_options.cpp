#include "cli/object_options.hpp"

#include "base/endpoint.hpp"

#include <CLI/CLI.hpp>

namespace sluice::cli
{

void object_options::add_to(CLI::App& command)
{
    add_credentials_to(command);
    auto* const address = command.get_option("--upload-address");
    auto* const auth = command.get_option("--upload-auth");
    auto* const host = command.add_option("--endpoint", endpoint, "OSS endpoint, [scheme://]host[:port]");
    auto* const container = command.add_option("--bucket", bucket, "bucket, with the environment's credentials");
    auto* const name = command.add_option("--key", key, "object key");
    host->needs(container)->needs(name)->excludes(address)->excludes(auth);
    container->needs(host);
    name->needs(host);
    command.get_option("--security-token")->needs(host);
}

void object_options::add_bucket_to(CLI::App& command)
{
    command.add_option("--endpoint", endpoint, "OSS endpoint, [scheme://]host[:port]")->required();
    command.add_option("--bucket", bucket, "bucket, with the environment's credentials")->required();
    command.add_option("--security-token", security_token, "instead of the one in the environment");
}

void object_options::add_credentials_to(CLI::App& command)
{
    auto* const address =
        command.add_option("--upload-address", upload_address, "UploadAddress as IMS gave it (base64)");
    auto* const auth = command.add_option("--upload-auth", upload_auth, "UploadAuth as IMS gave it (base64)");
    address->needs(auth);
    auth->needs(address);
    command.add_option("--security-token", security_token, "instead of the one in the environment");
}

result<upload_grant> object_options::grant() const
{
    if (!upload_address.empty())
        return decode_upload_grant(upload_address, upload_auth);
    if (auto const where = parse_endpoint(endpoint); !where)
        return blamed_on("--endpoint", where.error());
    auto found = credentials_from_environment();
    if (!found)
        return std::move(found).error();
    upload_grant plain;
    plain.endpoint = endpoint;
    plain.bucket = bucket;
    plain.object_key = key;
    plain.credentials = std::move(*found);
    if (security_token)
        plain.credentials.security_token = *security_token;
    return plain;
}

result<client_config> object_options::to_config(transport_options const& transport)
{
    auto config = transport.to_config();
    if (!config)
        return config;
    config->oss_region = transport.region;
    config->region.clear();
    return config;
}

}  // namespace sluice::cli
