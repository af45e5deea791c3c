#include "base/endpoint.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

namespace sluice::cli
{

void put_command::add_to(CLI::App& app)
{
    app.add_option("file", file, "file to upload")->required();
    auto* const address = app.add_option("--upload-address", upload_address, "UploadAddress as IMS gave it (base64)");
    auto* const auth = app.add_option("--upload-auth", upload_auth, "UploadAuth as IMS gave it (base64)");
    address->needs(auth);
    auth->needs(address);
    auto* const host = app.add_option("--endpoint", endpoint, "OSS endpoint, [scheme://]host[:port]");
    auto* const container = app.add_option("--bucket", bucket, "bucket, with the environment's credentials");
    auto* const name = app.add_option("--key", key, "object key");
    auto* const token = app.add_option("--security-token", security_token, "instead of the one in the environment");
    host->needs(container)->needs(name)->excludes(address)->excludes(auth);
    container->needs(host);
    name->needs(host);
    token->needs(host);
    app.add_option("--region", transport.region, "region for signature V4; default: from the endpoint or the grant");
    transport.add_to(app);
    app.callback([this] {
        if (upload_address.empty() && endpoint.empty())
            throw CLI::RequiredError("--upload-address and --upload-auth, or --endpoint, --bucket and --key");
    });
}

namespace
{

result<upload_grant> plain_grant(put_command const& command)
{
    if (auto const where = parse_endpoint(command.endpoint); !where)
        return blamed_on("--endpoint", where.error());
    auto found = credentials_from_environment();
    if (!found)
        return std::move(found).error();
    upload_grant grant;
    grant.endpoint = command.endpoint;
    grant.bucket = command.bucket;
    grant.object_key = command.key;
    grant.credentials = std::move(*found);
    if (command.security_token)
        grant.credentials.security_token = *command.security_token;
    return grant;
}

}  // namespace

exit_code put_command::run() const
{
    report_style const style{transport.json, transport.quiet};
    auto const fail = [&](error const& e) {
        report_error(file, e, style);
        return exit_code_for(e);
    };
    auto config = transport.to_config();
    if (!config)
        return fail(config.error());
    config->oss_region = transport.region;
    config->region.clear();

    auto grant = endpoint.empty() ? decode_upload_grant(upload_address, upload_auth) : plain_grant(*this);
    if (!grant)
        return fail(grant.error());

    std::vector<job> jobs(1);
    jobs.front().file = file;
    jobs.front().grant = std::move(*grant);
    return run_uploads(std::move(*config), std::move(jobs), transport.to_upload_options(), style).code;
}

}  // namespace sluice::cli
