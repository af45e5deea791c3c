#include "oss/remedy.hpp"

#include "net/retry.hpp"

#include <algorithm>
#include <array>

namespace sluice::oss
{

namespace
{

// Of those with a status that does not say so by itself. InvalidDigest and InvalidCRC64: damaged on the way.
constexpr std::array<std::string_view, 12> temporary = {"InvalidDigest", "InvalidCRC64", "IncompleteBody",
    "RequestTimeout", "InternalError", "ServiceUnavailable", "UploadTrafficRateLimitExceeded",
    "DownloadTrafficRateLimitExceeded", "TotalQpsLimitExceeded", "MetaOperationQpsLimitExceeded",
    "ActiveRequestLimitExceeded", "SlowDown"};

constexpr std::array<std::string_view, 4> about_credentials = {
    "SecurityTokenExpired", "InvalidAccessKeyId", "InvalidSecurityToken", "AccessKeyIdAndSecurityTokenNotMatch"};

template <class Codes>
bool holds(Codes const& codes, std::string_view code) noexcept
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// The signing day is not that of the request, or not the service's: the clock is off by a day or more.
bool is_wrong_day(error_answer const& said) noexcept
{
    return said.ec == "0002-00000212" || said.message.find("Invalid signing date") != std::string::npos;
}

}  // namespace

bool refuses_credential(std::string_view service_code) noexcept
{
    return holds(about_credentials, service_code);
}

remedy remedy_for(error_answer const& said, int http_status) noexcept
{
    if (said.code == "RequestTimeTooSkewed" || (said.code == "InvalidArgument" && is_wrong_day(said)))
        return remedy::right_clock;
    if (refuses_credential(said.code))
        return remedy::other_credentials;
    if (holds(temporary, said.code) || net::is_retryable_answer(http_status, said.code))
        return remedy::waiting;
    return remedy::none;
}

}  // namespace sluice::oss
