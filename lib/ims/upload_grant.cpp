#include "ims/grant_decoder.hpp"

#include <string>

namespace sluice
{

namespace
{

class category final : public boost::system::error_category
{
public:
    [[nodiscard]] char const* name() const noexcept override { return "sluice.grant"; }

    [[nodiscard]] std::string message(int value) const override
    {
        switch (static_cast<grant_errc>(value))
        {
        case grant_errc::too_large:
            return "longer than 65536 bytes";
        case grant_errc::empty:
            return "empty";
        case grant_errc::base64:
            return "not base64";
        case grant_errc::json:
            return "not one JSON object in UTF-8 under the base64";
        case grant_errc::missing_field:
            return "a field is missing";
        case grant_errc::wrong_type:
            return "a field is not a string";
        case grant_errc::invalid_field:
            return "a field holds what it must not";
        }
        return "unknown error";
    }
};

std::string field_complaint(ims::grant_error const& e)
{
    auto const field = "field " + std::string(e.field);
    if (e.code == grant_errc::missing_field)
        return field + " is missing";
    if (e.code == grant_errc::wrong_type)
        return field + " is not a string";
    if (e.field == "Endpoint")
        return field + " is not [http[s]://]host[:port]";
    return field + " holds a character that it must not";
}

}  // namespace

boost::system::error_category const& grant_category() noexcept
{
    static category const instance;
    return instance;
}

namespace ims
{

std::string_view grant_errc_name(grant_errc e) noexcept
{
    switch (e)
    {
    case grant_errc::too_large:
        return "too_large";
    case grant_errc::empty:
        return "empty";
    case grant_errc::base64:
        return "base64";
    case grant_errc::json:
        return "json";
    case grant_errc::missing_field:
        return "missing_field";
    case grant_errc::wrong_type:
        return "wrong_type";
    case grant_errc::invalid_field:
        return "invalid_field";
    }
    return "unknown";
}

std::string_view grant_role_name(grant_role r) noexcept
{
    return r == grant_role::address ? "address" : "auth";
}

error describe_grant_error(grant_error const& e)
{
    auto const* const text = e.role == grant_role::address ? "UploadAddress" : "UploadAuth";
    error out(e.code);
    out.operation = "decoding the upload grant";
    out.resource = grant_role_name(e.role);
    if (!e.field.empty())
        out.resource.append(".").append(e.field);
    out.message = text + (": " + (e.field.empty() ? out.code.message() : field_complaint(e)));
    out.recommendation = "Pass UploadAddress and UploadAuth exactly as the service returned them.";
    out.attempts = 0;
    return out;
}

upload_grant to_upload_grant(grant_fields const& fields)
{
    upload_grant grant;
    grant.endpoint = fields.endpoint;
    grant.bucket = fields.bucket;
    grant.object_key = fields.object_key;
    grant.region = fields.region;
    grant.credentials = {std::string(fields.access_key_id), fields.access_key_secret, fields.security_token};
    grant.expires_in = fields.expires_in;
    grant.expire_utc = fields.expire_utc;
    grant.swapped = fields.swapped;
    return grant;
}

}  // namespace ims

result<upload_grant> decode_upload_grant(std::string_view upload_address, std::string_view upload_auth)
{
    ims::grant_buffer buffer;
    auto const fields = ims::decode_grant(upload_address, upload_auth, buffer);
    if (!fields)
        return ims::describe_grant_error(fields.error());
    return ims::to_upload_grant(*fields);
}

}  // namespace sluice
