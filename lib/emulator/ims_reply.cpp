#include "emulator/ims_reply.hpp"

#include "base/json_writer.hpp"
#include "base/nonce.hpp"
#include "base/percent.hpp"

#include <algorithm>

namespace sluice::emulator
{

namespace
{

void append_access_denied(json_writer& json, std::string_view action)
{
    json.key("AccessDeniedDetail").begin_object();
    json.member("PolicyType", "SessionPolicy");
    json.member("AuthPrincipalOwnerId", "1000000000000000");
    json.member("AuthPrincipalType", "AssumedRoleUser");
    json.member("AuthPrincipalDisplayName", "emulator:upload");
    json.member("NoPermissionType", "ImplicitDeny");
    json.member("AuthAction", action);
    json.end_object();
}

}  // namespace

std::string make_request_id(random_source& random)
{
    auto id = make_nonce(random);
    std::ranges::transform(id, id.begin(), [](char c) { return c >= 'a' && c <= 'f' ? char(c - 'a' + 'A') : c; });
    for (std::size_t const dash : {8U, 13U, 18U, 23U})
        id.insert(dash, 1, '-');
    return id;
}

reply ims_answer(int status, std::string json, std::string_view request_id, random_source& random)
{
    reply r;
    r.status = status;
    r.fields = {{"Content-Type", "application/json;charset=utf-8"}, {"Access-Control-Allow-Origin", "*"},
        {"x-acs-request-id", std::string(request_id)}, {"x-acs-trace-id", make_nonce(random)}};
    r.body = std::move(json);
    return r;
}

reply ims_error(ims_refusal const& why, std::string_view host, random_source& random)
{
    auto const request_id = make_request_id(random);
    json_writer json;
    json.begin_object();
    json.member("RequestId", request_id);
    json.member("HostId", host);
    json.member("Code", why.code);
    json.member("Message", why.message);
    json.member("Recommend", "https://api.aliyun.com/troubleshoot?q=" + uri_encode(why.code, slash::escape) +
                                 "&product=ICE&requestId=" + request_id);
    if (!why.denied_action.empty())
        append_access_denied(json, why.denied_action);
    json.end_object();
    auto r = ims_answer(why.status, json.str(), request_id, random);
    r.code = why.code;
    return r;
}

}  // namespace sluice::emulator
