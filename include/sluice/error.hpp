#pragma once

#include <sluice/export.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sluice
{

using boost::system::error_code;

/// What the library itself finds wrong. Transport and TLS failures keep the code of the layer that saw them.
enum class errc
{
    invalid_argument = 1,   ///< a value was refused before any network traffic; the message lists the valid ones
    no_credentials,         ///< no access key was given or found
    resolve_failed,         ///< the host name has no address
    connect_failed,         ///< no address of the host took the connection
    untrusted_certificate,  ///< the certificate is not issued by a trusted authority, expired, or for another host
    connect_timeout,        ///< resolve, connect and TLS took longer than time_limits::connect_timeout
    stalled,                ///< no byte moved for time_limits::stall_timeout
    response_timeout,       ///< all was sent, and no answer came for time_limits::response_timeout
    deadline_exceeded,      ///< the whole call took longer than its deadline
    connection_lost,        ///< the connection ended before the answer was complete
    malformed_response,     ///< the server's answer is not what the protocol demands
    service_error,          ///< the server refused: see error::service_code
    malformed_grant,        ///< UploadAddress or UploadAuth cannot be decoded: see error::message for the named reason
    grant_expired,          ///< the upload cannot end inside the life of its credential, or the service refuses that
    checksum_mismatch,      ///< the server computed another CRC-64 than we did
    source_failed,          ///< the source could not be read
    source_changed,         ///< the source became shorter, longer or another file while it was read
    object_too_large,       ///< larger than the service takes
    checkpoint_in_use       ///< another upload, of this process or another, is under way with the same checkpoint
};

}  // namespace sluice

template <>
struct boost::system::is_error_code_enum<sluice::errc> : std::true_type
{};

namespace sluice
{

SLUICE_EXPORT boost::system::error_category const& sluice_category() noexcept;

inline error_code make_error_code(errc e) noexcept
{
    return {static_cast<int>(e), sluice_category()};
}

/// An attempt that did not do, and was repeated if that was of use. Never holds a secret.
struct failed_attempt
{
    std::string operation;  ///< CreateUploadStream, UploadPart, ...
    std::string reason;     ///< "HTTP status 503, SlowDown", "the connection was lost", ...

    friend bool operator==(failed_attempt const&, failed_attempt const&) = default;
};

/// What went wrong, with all that a log line needs. Never holds a secret.
struct SLUICE_EXPORT error
{
    error() = default;
    error(error_code c) : code(c) {}
    error(errc e) : code(e) {}
    error(error_code c, std::string text) : code(c), message(std::move(text)) {}
    error(errc e, std::string text) : code(e), message(std::move(text)) {}

    error_code code;             ///< transport, TLS or sluice::errc: compare this one
    int http_status = 0;         ///< 0: no answer arrived
    std::string operation;       ///< what was tried: CreateUploadStream, UploadPart, ...
    std::string resource;        ///< on what: a file, a media id, `oss://bucket/key`
    std::string service_code;    ///< `Code` of the service, such as "SlowDown"; empty when it said none
    std::string message;         ///< as the service sent it, or what the library found
    std::string request_id;      ///< quote it to the vendor's support
    std::string host;            ///< who we were talking to
    std::string recommendation;  ///< what to do next: the service's advice, or ours
    std::string access_denied;   ///< the service's AccessDeniedDetail, one line, when it sent one
    std::string upload_id;       ///< multipart upload that stays on the server: kept, or not to be aborted; else empty
    unsigned attempts = 1;       ///< tries made, the last included; 0: refused before the first

    /// Attempts that failed, of the whole call, oldest first; of many the last 16. For logs: describe() leaves them
    /// out.
    std::vector<failed_attempt> history;

    /// The same call, unchanged, may succeed later.
    [[nodiscard]] bool is_transient() const noexcept;

    /// The message; where there is none, what the code means.
    [[nodiscard]] std::string reason() const { return message.empty() ? code.message() : message; }

    /// One line for people: what failed, on what, what the server said, request id, what to do next.
    [[nodiscard]] std::string describe() const;
};

/// What `result::value()` throws. The library throws nothing else across its API.
class SLUICE_EXPORT exception : public std::runtime_error
{
public:
    explicit exception(sluice::error e);
    [[nodiscard]] sluice::error const& error() const noexcept { return error_; }

private:
    sluice::error error_;
};

[[noreturn]] SLUICE_EXPORT void throw_exception_from_error(error const& e, boost::source_location const& where);

/// A value, or the error that says why there is none.
template <class T>
using result = boost::system::result<T, error>;

}  // namespace sluice
