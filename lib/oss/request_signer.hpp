#pragma once

#include "base/service_clock.hpp"
#include "base/utc_time.hpp"
#include "credentials/credentials_source.hpp"
#include "oss/object_location.hpp"
#include "sign/oss_v4.hpp"

#include <sluice/client_config.hpp>
#include <sluice/error.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::oss
{

// Writes the heads of requests, signed with the credentials and the time of that moment. On the client's strand.
class request_signer
{
public:
    struct unsigned_request
    {
        std::string_view method;
        object_location const& at;
        std::vector<std::pair<std::string_view, std::string>> const& query;  // decoded; an empty value: the bare name
        std::string_view content_type;                                       // empty: none
    };

    // What a signature was made with: for judging the answer to it.
    struct signing
    {
        sluice::credentials with;
        std::chrono::seconds clock_offset{0};
    };

    // Characters of `user_agent` that no header may carry are left out. `who` and `time` must outlive it.
    request_signer(
        credentials_source& who, service_clock& time, signature_version version, std::string_view user_agent);

    // The credentials of this moment can sign: errc::no_credentials, or errc::invalid_argument when one of them holds
    // what a header may not.
    [[nodiscard]] result<void> check() const;

    // Appends the request line and all fields but Content-Length. Errors: as check().
    result<signing> append_head(std::string& head, unsigned_request const& what);

    // Takes the service's time over; false when `s` was made with much the same time, so that signing again is no use.
    bool correct_clock(utc_seconds service_time, signing const& s)
    {
        return time_.correct(service_time, s.clock_offset);
    }

    // The source has other credentials now than those `s` was made with.
    [[nodiscard]] bool has_other_credentials(signing const& s) const { return who_.current() != s.with; }

private:
    void append_v4(std::string& head, unsigned_request const& what, std::span<sign::field_view const> headers,
        std::string_view timestamp, credentials const& with);

    credentials_source& who_;
    service_clock& time_;
    signature_version version_;
    std::string user_agent_;
    sign::oss_v4_key_cache keys_;
    sign::scratch scratch_;
    cached_time_text iso_dates_{&format_iso8601_basic};
    cached_time_text http_dates_{&format_http_date};
};

}  // namespace sluice::oss
