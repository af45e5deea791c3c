#include "emulator/oss_service.hpp"

#include "base/text.hpp"
#include "emulator/oss_operations.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::size_t request_id_digits = 24;
constexpr std::size_t longest_key = 1023;  // bytes

// What a request asks for. make is null when the emulator does not serve it.
struct wanted_operation
{
    std::string_view name;
    oss_operation_maker make = nullptr;
    oss_refusal refusal{};
};

constexpr std::array<std::string_view, 12> unserved_subresources{"acl", "tagging", "symlink", "restore", "meta",
    "torrent", "asyncFetch", "x-oss-process", "x-oss-async-process", "objectInfo", "qos", "clean"};
constexpr std::array<std::string_view, 16> unserved_bucket_subresources{"accessmonitor", "acl", "cname", "cors",
    "encryption", "inventory", "lifecycle", "logging", "policy", "referer", "replication", "requestPayment", "tagging",
    "versioning", "versions", "website"};

// What the service has beside that. parameter empty: none is looked at.
struct unserved_operation
{
    std::string_view method, parameter, name;
};
constexpr std::array<unserved_operation, 9> unserved_bucket_operations{{
    {"POST", "delete", "DeleteMultipleObjects"},
    {"GET", "bucketInfo", "GetBucketInfo"},
    {"GET", "location", "GetBucketLocation"},
    {"GET", "stat", "GetBucketStat"},
    {"GET", "list-type", "ListObjectsV2"},
    {"GET", "", "ListObjects"},
    {"HEAD", "", "HeadBucket"},
    {"PUT", "", "PutBucket"},
    {"DELETE", "", "DeleteBucket"},
}};

wanted_operation unserved(std::string_view what, std::string_view name = "NotImplemented")
{
    return {.name = name, .refusal = not_implemented(what)};
}

wanted_operation method_not_allowed(request_head const& head, std::string_view resource)
{
    return {.name = "MethodNotAllowed",
        .refusal = oss_error{.status = 405,
            .code = "MethodNotAllowed",
            .message = "The specified method is not allowed against this resource.",
            .details = {{"Method", head.method}, {"ResourceType", std::string(resource)}}}};
}

wanted_operation choose_for_object(oss_request const& request)
{
    auto const& method = request.head.method;
    auto const has = [&](std::string_view name) { return request.target.parameter(name) != nullptr; };
    for (auto const name : unserved_subresources)
    {
        if (has(name))
            return unserved(name);
    }
    if (method == "PUT" && request.head.has_field("x-oss-copy-source"))
        return unserved("x-oss-copy-source");
    if (method == "PUT" && (has("uploadId") || has("partNumber")))
        return {"UploadPart", make_upload_part};
    if (method == "PUT")
        return {"PutObject", make_put_object};
    if (method == "POST" && has("uploads"))
        return {"InitiateMultipartUpload", make_initiate_multipart_upload};
    if (method == "POST" && has("uploadId"))
        return {"CompleteMultipartUpload", make_complete_multipart_upload};
    if (method == "POST" && has("append"))
        return {"AppendObject", make_append_object};
    if (method == "DELETE" && has("uploadId"))
        return {"AbortMultipartUpload", make_abort_multipart_upload};
    if (method == "DELETE")
        return {"DeleteObject", make_delete_object};
    if (method == "GET" && has("uploadId"))
        return {"ListParts", make_list_parts};
    if (method == "GET")
        return {"GetObject", make_get_object};
    if (method == "HEAD")
        return {"HeadObject", make_head_object};
    return method_not_allowed(request.head, "OBJECT");
}

wanted_operation choose_for_bucket(oss_request const& request)
{
    auto const& method = request.head.method;
    auto const has = [&](std::string_view name) { return request.target.parameter(name) != nullptr; };
    if (method == "GET" && has("uploads"))
        return {"ListMultipartUploads", make_list_multipart_uploads};
    for (auto const name : unserved_bucket_subresources)
    {
        if (has(name))
            return unserved(name);
    }
    for (auto const& known : unserved_bucket_operations)
    {
        if (method == known.method && (known.parameter.empty() || has(known.parameter)))
            return unserved(known.name, known.name);
    }
    return method_not_allowed(request.head, "BUCKET");
}

wanted_operation choose(oss_request const& request)
{
    if (!request.location.key.empty())
        return choose_for_object(request);
    if (!request.location.bucket.empty())
        return choose_for_bucket(request);
    if (request.head.method == "GET")
        return unserved("ListBuckets", "ListBuckets");
    return method_not_allowed(request.head, "SERVICE");
}

bool is_object_name(std::string_view key)
{
    return key.size() <= longest_key && !key.starts_with('/') && !key.starts_with('\\') && is_valid_utf8(key);
}

oss_refusal check_names(oss_location const& location, object_store const& store)
{
    if (location.bucket.empty())
        return std::nullopt;
    if (!is_bucket_name(location.bucket))
        return oss_error{.status = 400,
            .code = "InvalidBucketName",
            .message = "The specified bucket is not valid.",
            .details = {{"BucketName", location.bucket}}};
    if (!store.has_bucket(location.bucket))
        return no_such_bucket(location.bucket);
    if (!is_object_name(location.key))
        return invalid_object_name(location.key);
    return std::nullopt;
}

// A bucket is reached at the endpoints of its region, and at those that name none.
oss_refusal check_endpoint(oss_location const& location, object_store const& store, std::string_view region)
{
    if (location.region.empty() || location.region == region || !store.has_bucket(location.bucket))
        return std::nullopt;
    return wrong_endpoint(location.bucket, region);
}

std::map<std::string, std::string> with_lower_case_names(std::map<std::string, std::string> const& domains)
{
    std::map<std::string, std::string> lower;
    for (auto const& [host, bucket] : domains)
        lower.emplace(to_lower(host), bucket);
    return lower;
}

}  // namespace

oss_service::oss_service(object_store& store, token_registry& tokens, std::shared_ptr<clock> c,
    std::shared_ptr<random_source> random, settings s)
    : environment_{store, c, std::move(random), tokens, s.crcs},
      custom_domains_(with_lower_case_names(s.custom_domains)),
      region_(s.region),
      verifier_(tokens, std::move(c), std::move(s.region))
{}

std::unique_ptr<operation> oss_service::begin(request_head const& head)
{
    oss_request request;
    request.head = head;
    request.id = environment_.random_id(request_id_digits);
    auto const refuse = [&](std::string_view name, oss_error e) {
        return std::make_unique<refused_operation>(environment_, std::move(request), name, std::move(e));
    };

    auto target = parse_target(head.target);
    if (!target)
        return refuse("", invalid_argument("The request target has a bad percent code.", "target", head.target));
    request.target = std::move(*target);
    auto location = locate(head.field("host"), request.target.path, custom_domains_);
    if (!location)
        return refuse("", location.error());
    request.location = std::move(*location);

    auto wanted = choose(request);
    auto const part_number = parse_number<unsigned>(request.parameter("partNumber")).value_or(0);
    std::string upload_id(request.parameter("uploadId"));
    auto refusal = check_endpoint(request.location, environment_.store, region_);
    if (!refusal)
    {
        auto verified = verifier_.verify(request.head, request.target, request.location);
        refusal = std::move(verified.refusal);
        request.signer = verified.signer;
    }
    if (!refusal)
        refusal = check_names(request.location, environment_.store);
    if (!refusal)
        refusal = std::move(wanted.refusal);
    auto begun = refusal ? refuse(wanted.name, std::move(*refusal)) : wanted.make(environment_, std::move(request));
    begun->part_number = part_number;
    begun->upload_id = std::move(upload_id);
    return begun;
}

}  // namespace sluice::emulator
