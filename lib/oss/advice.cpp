#include "oss/advice.hpp"

namespace sluice::oss
{

namespace
{

struct advice
{
    std::string_view code;
    std::string_view text;
};

constexpr std::string_view wrong_endpoint =
    "The bucket is in another region than the endpoint: use the endpoint of the bucket's own region.";
constexpr std::string_view wrong_credentials =
    "The access key and the security token do not belong together: use both as they came from one grant.";
constexpr std::string_view wrong_name = "Correct the name: the service does not allow it.";
constexpr std::string_view slow_down = "The service is short of capacity or the account at its limit: try again later, "
                                       "with fewer parts and connections at a time.";
constexpr std::string_view broken_body =
    "The body did not arrive as it was sent: try again; if it goes on, look at the network and its proxies.";

constexpr advice table[] = {
    {"AccessDenied",
        "Check that the credential is allowed to write this object, that its grant has not ended, and that "
        "the endpoint is that of the bucket."},
    {"InvalidAccessKeyId", "The access key does not exist or was taken out of use: get a new one."},
    {"SecurityTokenExpired", "The grant has ended: get a new one and upload with that."},
    {"InvalidSecurityToken", wrong_credentials},
    {"AccessKeyIdAndSecurityTokenNotMatch", wrong_credentials},
    {"SecurityTokenNotSupported", wrong_credentials},
    {"SignatureDoesNotMatch",
        "Check the access key secret, and the region when it was given by hand: the signature is made with both."},
    {"RequestTimeTooSkewed", "Set the clock of this machine: it is more than 15 minutes off."},
    {"UserDisable", "The account is disabled, mostly for an unpaid bill: look at its state in the console."},
    {"NoSuchBucket", "Check the bucket's name and the endpoint: the bucket is not there."},
    {"NoSuchUpload", "The multipart upload was completed, aborted or removed by a lifecycle rule: start a new one."},
    {"InvalidPart", "A part is missing or differs from what was sent: upload it again."},
    {"FilePartNotExist", "A part is missing: upload it again."},
    {"EntityTooSmall", "Use larger parts: all but the last have at least 100 KiB."},
    {"EntityTooLarge", "Upload in parts: a single request takes 5 GiB at most."},
    {"InvalidDigest", broken_body},
    {"InvalidCRC64", broken_body},
    {"IncompleteBody", broken_body},
    {"RequestTimeout", "The body arrived too slowly: try again, with smaller parts or fewer at a time."},
    {"InvalidObjectName", wrong_name},
    {"InvalidBucketName", wrong_name},
    {"FileAlreadyExists", "An object of this key exists and may not be overwritten: choose another key."},
    {"FileImmutable", "A retention policy of the bucket forbids to change this object: choose another key."},
    {"SecondLevelDomainForbidden",
        "Use the endpoint without the bucket in the path: the bucket is put before the host."},
    {"PermanentRedirect", wrong_endpoint},
    {"InternalError", "The service failed: try again; quote the request id to its support if it goes on."},
    {"ServiceUnavailable", slow_down},
    {"UploadTrafficRateLimitExceeded", slow_down},
    {"DownloadTrafficRateLimitExceeded", slow_down},
    {"TotalQpsLimitExceeded", slow_down},
    {"MetaOperationQpsLimitExceeded", slow_down},
    {"ActiveRequestLimitExceeded", slow_down},
};

bool holds(std::string_view text, std::string_view part) noexcept
{
    return text.find(part) != std::string_view::npos;
}

}  // namespace

std::string_view advice_on(std::string_view service_code, int http_status, std::string_view message) noexcept
{
    // As nginx and Tengine put it.
    if (http_status == 400 && holds(message, "plain HTTP request was sent to HTTPS port"))
        return "Write https:// in front of the endpoint: this port speaks TLS.";
    // AccessDenied and InvalidArgument stand for several things, which only the text tells apart.
    if (service_code == "AccessDenied" && holds(message, "must be addressed using the specified endpoint"))
        return wrong_endpoint;
    if (service_code == "InvalidArgument" && holds(message, "Invalid signing date"))
        return advice_on("RequestTimeTooSkewed", http_status, {});
    for (auto const& row : table)
    {
        if (row.code == service_code)
            return row.text;
    }
    if (http_status >= 300 && http_status < 400)
        return "Check the endpoint: it sends uploads elsewhere.";
    if (http_status >= 500)
        return "Try again; if it goes on, look at what stands between this machine and the endpoint.";
    if (service_code.empty())
        return "Check the endpoint: what answers there does not speak as OSS does.";
    return {};
}

}  // namespace sluice::oss
