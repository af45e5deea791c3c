#include "base/json_writer.hpp"
#include "base/utc_time.hpp"
#include "cli/commands.hpp"
#include "ims/grant_decoder.hpp"

#include <sluice/upload_grant.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace sluice::cli
{

void decode_command::add_to(CLI::App& app)
{
    app.add_option("--upload-address", upload_address, "UploadAddress as IMS gave it (base64)")->required();
    app.add_option("--upload-auth", upload_auth, "UploadAuth as IMS gave it (base64)")->required();
}

}  // namespace sluice::cli
