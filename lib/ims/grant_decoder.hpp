#pragma once

#include "ims/json_object.hpp"
#include "ims/text_kernel.hpp"

#include <sluice/upload_grant.hpp>

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace sluice::ims
{

enum class grant_role
{
    address,
    auth
};

// What UploadAddress and UploadAuth say: views into the buffer they were decoded in.
struct grant_fields
{
    std::string_view endpoint;  // scheme://host[:port], lower case
    std::string_view bucket;
    std::string_view object_key;
    std::string_view access_key_id;
    std::string_view access_key_secret;
    std::string_view security_token;
    std::string_view region;  // may be empty
    std::optional<std::chrono::seconds> expires_in;
    std::optional<std::chrono::sys_seconds> expire_utc;
    bool swapped = false;
};

// Why there are no fields. `role` is what the text was for, whichever of the two places it came in.
struct grant_error
{
    grant_errc code{};
    grant_role role{};
    std::string_view field{};  // empty where no single field is to blame
};

using grant_result = boost::system::result<grant_fields, grant_error>;

// Memory for the decoded texts, which hold secrets: wiped before it is used again or given back. Not thread-safe.
class grant_buffer
{
public:
    grant_buffer() = default;
    grant_buffer(grant_buffer const&) = delete;
    grant_buffer& operator=(grant_buffer const&) = delete;
    ~grant_buffer();

    void wipe() noexcept;

private:
    friend grant_result decode_grant(
        std::string_view upload_address, std::string_view upload_auth, grant_buffer& buffer, text_kernel const& with);

    // The members that are looked for, in either text; in the order in which the service writes them.
    enum member
    {
        endpoint,
        bucket,
        file_name,
        security_token,
        access_key_id,
        expire_utc_time,
        access_key_secret,
        expiration,
        region,
        member_count
    };
    using members = std::array<json_token, member_count>;
    struct required_field;
    struct endpoint_parts;

    void prepare(std::size_t room);
    grant_errc load(std::string_view encoded, text_kernel const& with, members& found);
    void unescape(members& found) noexcept;
    grant_result take_fields(members const& address, members const& auth, bool swapped);
    static std::optional<endpoint_parts> split_endpoint(std::string_view text) noexcept;
    std::string_view normalise_endpoint(endpoint_parts const& parts) noexcept;

    json_object_reader reader_;
    std::unique_ptr<char[]> memory_;
    std::size_t capacity_ = 0;
    std::size_t used_ = 0;
};

// Decodes both, which may have changed places. Valid until the buffer is used again. No exception on any input.
grant_result decode_grant(std::string_view upload_address, std::string_view upload_auth, grant_buffer& buffer,
    text_kernel const& with = text_kernels().front());

std::string_view grant_errc_name(grant_errc e) noexcept;  // "missing_field", ...
std::string_view grant_role_name(grant_role r) noexcept;  // "address" or "auth"

// For people. Tells what is wrong and where, and nothing of what the texts hold.
error describe_grant_error(grant_error const& e);

// A copy that outlives the buffer.
upload_grant to_upload_grant(grant_fields const& fields);

}  // namespace sluice::ims
