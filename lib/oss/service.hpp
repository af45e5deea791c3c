#pragma once

#include "credentials/credentials_source.hpp"
#include "net/retry.hpp"
#include "oss/object_location.hpp"
#include "sign/oss_v4.hpp"

#include <sluice/error.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::oss
{

namespace asio = boost::asio;

struct part_ref  // what Complete lists
{
    unsigned part_number = 0;
    std::string etag;
};

struct stored  // answer to PutObject, UploadPart, CompleteMultipartUpload
{
    std::string etag;                    // quotes removed
    std::optional<std::uint64_t> crc64;  // of what is stored, as the server computed it
    std::string request_id;
    unsigned attempts = 1;
};

struct listed_part
{
    unsigned part_number = 0;
    std::string etag;  // quotes removed
    std::uint64_t size = 0;
    std::optional<std::uint64_t> crc64;
};

struct listed_upload
{
    std::string key;
    std::string upload_id;
    std::string initiated;  // ISO 8601, as sent
};

struct object_head
{
    std::uint64_t size = 0;
    std::string etag;
    std::optional<std::uint64_t> crc64;
    std::string type;  // Normal, Multipart, Appendable
};

// Object operations of OSS. Each is retried as net/retry.hpp allows; errors carry what the server said.
class service
{
public:
    struct settings
    {
        signature_version signature = signature_version::v4;
        std::string user_agent;
    };

    // `caller` and `c` must outlive it. `who` is asked each time a request is signed.
    service(net::caller& caller, credentials_source& who, clock& c, settings s);

    // Operations on one object take its location; `until` bounds the call, retries included.
    asio::awaitable<result<stored>> put_object(object_location const& at, net::body_source& body, steady_time until);
    asio::awaitable<result<std::string>> initiate_multipart_upload(object_location const& at, steady_time until);
    asio::awaitable<result<stored>> upload_part(object_location const& at, std::string_view upload_id,
        unsigned part_number, net::body_source& body, steady_time until);
    asio::awaitable<result<stored>> complete_multipart_upload(
        object_location const& at, std::string_view upload_id, std::span<part_ref const> parts, steady_time until);
    asio::awaitable<result<void>> abort_multipart_upload(
        object_location const& at, std::string_view upload_id, steady_time until);  // NoSuchUpload is success
    asio::awaitable<result<std::vector<listed_part>>> list_parts(
        object_location const& at, std::string_view upload_id, steady_time until);  // all pages
    asio::awaitable<result<std::vector<listed_upload>>> list_multipart_uploads(
        object_location const& bucket, std::string_view prefix, steady_time until);  // all pages
    asio::awaitable<result<object_head>> head_object(object_location const& at, steady_time until);

private:
    net::caller& caller_;
    credentials_source& who_;
    clock& clock_;
    settings settings_;
    sign::oss_v4_key_cache keys_;
};

}  // namespace sluice::oss
