#pragma once

#include <sluice/credentials.hpp>
#include <sluice/error.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice
{

/// Why an UploadAddress or UploadAuth was refused.
enum class grant_errc
{
    too_large = 1,  ///< more than 65536 bytes
    empty,          ///< nothing but white space
    base64,         ///< not base64
    json,           ///< not one JSON object in UTF-8
    missing_field,  ///< a field is absent, null or ""
    wrong_type,     ///< a field is not a string
    invalid_field   ///< a field holds what it must not
};

}  // namespace sluice

template <>
struct boost::system::is_error_code_enum<sluice::grant_errc> : std::true_type
{};

namespace sluice
{

SLUICE_EXPORT boost::system::error_category const& grant_category() noexcept;

inline error_code make_error_code(grant_errc e) noexcept
{
    return {static_cast<int>(e), grant_category()};
}

/// Leave to upload one object, for a limited time: UploadAddress and UploadAuth, decoded.
struct SLUICE_EXPORT upload_grant
{
    upload_grant() = default;
    upload_grant(upload_grant const&) = default;
    upload_grant(upload_grant&&) = default;
    upload_grant& operator=(upload_grant const&) = default;
    upload_grant& operator=(upload_grant&&) = default;
    ~upload_grant() = default;

    std::string endpoint;  ///< scheme://host[:port], without the bucket
    std::string bucket;
    std::string object_key;  ///< UTF-8, as the service named it
    std::string region;      ///< as the service said it; may be empty
    sluice::credentials credentials;

    /// Life from the moment of issue, as the service stated it; immune to a wrong local clock.
    std::optional<std::chrono::seconds> expires_in;
    /// Absolute end of life, as the service stated it; needs a right local clock.
    std::optional<std::chrono::sys_seconds> expire_utc;
    /// When it was issued, by clock::steady_now() of the client. async_create_upload_stream sets it. Empty: expires_in
    /// counts from the moment of use, so set it for a decoded grant that is kept for later.
    std::optional<std::chrono::steady_clock::time_point> obtained;

    /// The service's two fields came in exchanged places, as its documentation shows them; they were put right.
    bool swapped = false;

    std::string media_id;  ///< empty when the grant was not obtained through CreateUploadStream
    std::string file_url;  ///< where the media will be found; empty likewise
};

/// Decodes the two fields of an answer of CreateUploadStream, CreateUploadMedia or RefreshUploadMedia.
/// Accepts them in exchanged places. Each at most 64 KiB. No exception on any input; thread-safe.
/// Errors: a grant_errc; error::resource is the role and the field, such as `auth.SecurityToken`, whichever place the
/// text came in. Nothing that the texts hold is in it.
SLUICE_EXPORT result<upload_grant> decode_upload_grant(std::string_view upload_address, std::string_view upload_auth);

}  // namespace sluice
