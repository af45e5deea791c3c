#include "ims/advice.hpp"

#include "ims/service.hpp"

namespace sluice::ims
{

namespace
{

struct hint
{
    std::string_view code_begins;  // with this; the first that fits counts
    std::string_view advice;
};

constexpr std::string_view elsewhere =
    "Check the endpoint and the operation's name; uploading streams is offered in {regions}.";

constexpr hint hints[] = {
    {"Forbidden.AccessKeyDisabled", "The access key is disabled: enable it, or use another one."},
    {"Forbidden", "Allow this identity the RAM action ice:{operation}."},
    {"NoPermission", "Allow this identity the RAM action ice:{operation}."},
    {"InvalidAccessKeyId.Inactive", "The access key is disabled: enable it, or use another one."},
    {"InvalidAccessKeyId", "Check the access key id; that of a temporary access key (STS.) is known only together with "
                           "its security token."},
    {"SignatureDoesNotMatch", "Check the access key secret: it must be the one that belongs to this access key id."},
    {"IncompleteSignature", "Check the access key id and the access key secret."},
    {"SignatureNonceUsed", "Another sender uses the same nonces; try again."},
    {"MissingSecurityToken", "A temporary access key needs its security token too."},
    {"InvalidSecurityToken",
        "Get new temporary credentials: the security token has expired or belongs to another key."},
    {"InvalidTimeStamp", "Set this machine's clock: it may be off by 15 minutes at most."},
    {"Throttling", "Make fewer calls at a time, or ask the vendor for a higher quota."},
    {"RequestsTooFrequent", "Make fewer calls at a time, or ask the vendor for a higher quota."},
    {"OperationDenied.Suspended", "Settle the account's overdue payment."},
    {"OperationDenied", "Activate Intelligent Media Services for this account."},
    {"ResourceNotFound", "Check the media id, and that it belongs to the region of this endpoint."},
    {"InvalidVideo.NotFound", "Check the media id, and that it belongs to the region of this endpoint."},
    {"InvalidApi", elsewhere},
    {"InvalidAction", elsewhere},
    {"InvalidProduct", elsewhere},
    {"InvalidVersion", elsewhere},
    {"InvalidProtocol.NeedSsl", "Use an https endpoint."},
    {"Missing", "Give the parameter that the message names."},
    {"Invalid", "Correct the parameter that the message names."},
    {"IdempotentParameterMismatch", "Use another client token for other parameters."},
};

constexpr std::string_view try_later = "Try again later; if it stays so, quote the request id to the vendor's support.";

std::string filled(std::string_view text, std::string_view slot, std::string_view value)
{
    std::string out(text);
    if (auto const at = out.find(slot); at != std::string::npos)
        out.replace(at, slot.size(), value);
    return out;
}

}  // namespace

std::string advice(int status, std::string_view service_code, std::string_view operation)
{
    for (auto const& h : hints)
        if (service_code.starts_with(h.code_begins))
            return filled(filled(h.advice, "{operation}", operation), "{regions}", stream_upload_regions);
    if (status >= 500)
        return std::string(try_later);
    return service_code.empty() ? advice_on_foreign_answer() : std::string();
}

std::string advice_on_foreign_answer()
{
    return "Check the IMS endpoint, and whether a proxy answers in its place.";
}

}  // namespace sluice::ims
