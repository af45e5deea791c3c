#include "upload/destination.hpp"

#include "oss/redact.hpp"

#include <utility>

namespace sluice::upload
{

result<oss::object_location> locate(environment const& env, upload_grant const& grant)
{
    if (grant.bucket.empty() || grant.object_key.empty())
    {
        error e(errc::invalid_argument, "the upload grant names no bucket or no object key");
        e.recommendation = "Pass a grant as decode_upload_grant() and async_create_upload_stream() give it";
        e.attempts = 0;
        return e;
    }
    auto const& endpoint = env.oss_endpoint.empty() ? grant.endpoint : env.oss_endpoint;
    auto const& region = env.oss_region.empty() ? grant.region : env.oss_region;
    return oss::make_location(endpoint, grant.bucket, grant.object_key, region);
}

result<void> check_credentials(credentials const& c)
{
    if (!c.access_key_id.empty() && !c.access_key_secret.empty())
        return {};
    error e(errc::no_credentials, "the upload grant holds no access key");
    e.recommendation = "Pass a grant with its access key id, secret and security token, as decode_upload_grant() "
                       "and async_create_upload_stream() give it";
    e.attempts = 0;
    return e;
}

receipt receipt_of(
    upload_grant const& grant, oss::object_location const& at, std::uint64_t size, unsigned parts, delivery done)
{
    for (auto* const text : {&done.etag, &done.request_id, &done.callback_failure})
        oss::redact(*text, grant.credentials);
    receipt r;
    r.media_id = grant.media_id;
    r.file_url = grant.file_url;
    r.endpoint = at.where.url();
    r.bucket = at.bucket;
    r.object_key = at.key;
    r.etag = std::move(done.etag);
    r.request_id = std::move(done.request_id);
    r.callback_failure = std::move(done.callback_failure);
    r.crc64 = done.crc64;
    r.bytes = size;
    r.parts = parts;
    return r;
}

}  // namespace sluice::upload
