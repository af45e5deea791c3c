#include "ims/answer.hpp"

#include "ims/answer_text.hpp"
#include "ims/failure.hpp"
#include "ims/printable.hpp"
#include "ims/service.hpp"

#include <array>

namespace sluice::ims
{

namespace
{

constexpr std::size_t max_request_id = 128;

// The members of CreateUploadStream's answer.
enum member
{
    upload_address,
    upload_auth,
    media_id,
    file_url,
    request_id,
    code,
    member_count
};
constexpr std::array<std::string_view, member_count> answer_member_names = {
    "UploadAddress", "UploadAuth", "MediaId", "FileURL", "RequestId", "Code"};
using members = std::array<json_token, member_count>;

error unusable_grant(net::response const& answer, grant_error const& why, credentials const& who)
{
    auto e = malformed_error(answer,
        "with a grant that cannot be used: " + describe_grant_error(why).message + " (" +
            std::string(grant_errc_name(why.code)) + ')',
        who);
    e.code = errc::malformed_grant;
    e.recommendation = "Quote the request id to the vendor's support.";
    return e;
}

result<upload_grant> grant_of(
    net::response const& answer, answer_text& body, members const& found, grant_buffer& buffer, credentials const& who)
{
    for (auto const needed : {upload_address, upload_auth})
        if (!found[needed].is_string())
            return malformed_error(answer, "without a string " + std::string(answer_member_names[needed]), who);

    auto const fields = decode_grant(body.resolve(found[upload_address]), body.resolve(found[upload_auth]), buffer);
    if (!fields)
        return unusable_grant(answer, fields.error(), who);
    auto grant = to_upload_grant(*fields);
    buffer.wipe();
    grant.media_id = found[media_id].str();
    grant.file_url = found[file_url].str();
    return grant;
}

}  // namespace

result<upload_grant> answer_reader::read_grant(net::response const& answer, credentials const& who)
{
    text_.assign(answer.body);
    auto grant = grant_in(answer, who);
    text_.wipe();
    return grant;
}

// answer.body is in text_.
result<upload_grant> answer_reader::grant_in(net::response const& answer, credentials const& who)
{
    members found;
    if (!json_.read(text_.view(), answer_member_names, found))
        return malformed_error(answer, "with " + describe_body(answer, who), who);
    auto const has_grant = found[upload_address].is_string() && found[upload_auth].is_string();
    if (!has_grant && found[code].is_string() && !found[code].text.empty())
        return refusal_error(answer, create_upload_stream_name, who);

    auto grant = grant_of(answer, text_, found, grant_, who);
    if (!grant && found[request_id].is_string())
        grant.error().request_id = one_line(without_secrets(found[request_id].str(), who), max_request_id);
    return grant;
}

result<api_response> answer_reader::read_response(net::response answer, credentials const& who)
{
    static constexpr std::array<std::string_view, 1> names = {"RequestId"};
    text_.assign(answer.body);
    std::array<json_token, names.size()> found;
    if (!json_.read(text_.view(), names, found))
        return malformed_error(answer, "with " + describe_body(answer, who), who);
    auto const id = found[0].str();
    if (id.empty())
        return malformed_error(answer, "without a string RequestId", who);
    return api_response{id, std::move(answer.body)};
}

}  // namespace sluice::ims
