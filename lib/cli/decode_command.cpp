#include "base/json_writer.hpp"
#include "base/utc_time.hpp"
#include "cli/commands.hpp"
#include "cli/printable.hpp"
#include "cli/standard_output.hpp"
#include "ims/grant_decoder.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace sluice::cli
{

void decode_command::add_to(CLI::App& app)
{
    app.add_option("--upload-address", upload_address, "UploadAddress as IMS gave it (base64)")->required();
    app.add_option("--upload-auth", upload_auth, "UploadAuth as IMS gave it (base64)")->required();
}

namespace
{

void optional_text(json_writer& w, std::string_view name, std::string_view value)
{
    w.key(name);
    value.empty() ? w.null() : w.text(value);
}

std::string fields_json(ims::grant_fields const& grant)
{
    static constexpr std::string_view masked = "***";
    json_writer w;
    w.begin_object();
    w.member("endpoint", grant.endpoint).member("bucket", grant.bucket).member("object_key", grant.object_key);
    w.member("access_key_id", grant.access_key_id);
    w.member("access_key_secret", masked).member("security_token", masked);
    optional_text(w, "region", grant.region);
    w.key("expires_in_s");
    grant.expires_in ? w.number(std::int64_t{grant.expires_in->count()}) : w.null();
    optional_text(w, "expire_utc", grant.expire_utc ? format_iso8601(*grant.expire_utc) : "");
    w.key("swapped").boolean(grant.swapped);
    return w.end_object().str();
}

std::string refusal_json(ims::grant_error const& refusal)
{
    json_writer w;
    w.begin_object();
    w.member("error", ims::grant_errc_name(refusal.code)).member("which", ims::grant_role_name(refusal.role));
    optional_text(w, "field", refusal.field);
    return w.end_object().str();
}

}  // namespace

exit_code decode_command::run() const
{
    ims::grant_buffer buffer;
    auto const decoded = ims::decode_grant(upload_address, upload_auth, buffer);
    if (!decoded)
    {
        auto const why = ims::describe_grant_error(decoded.error()).describe();
        std::fprintf(stderr, "sluice: decode: %s\n", printable(why).c_str());
        write_output(refusal_json(decoded.error()) + '\n');
        return exit_code::failed;
    }
    write_output(fields_json(*decoded) + '\n');
    return exit_code::all_uploaded;
}

}  // namespace sluice::cli
