#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::oss
{

constexpr unsigned max_part_number = 10'000;  // OSS, UploadPart

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
    std::string callback_failure;  // why the callback failed, where only that did (status 203); else empty
    std::string host;              // who answered, and how: for errors
    int http_status = 0;
    unsigned attempts = 1;
    bool upload_may_be_open = false;  // known from the object alone, which may be an older one: Complete tells nothing
};

enum class abort_outcome
{
    aborted,
    was_gone  // NoSuchUpload: completed or aborted before
};

struct expected_object  // what Complete should make
{
    std::uint64_t size = 0;
    std::uint64_t crc64 = 0;
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
    std::string initiated;                           // ISO 8601, as sent
    std::optional<std::chrono::sys_seconds> listed;  // date of the answer
};

struct object_head
{
    std::uint64_t size = 0;
    std::string etag;  // quotes removed
    std::optional<std::uint64_t> crc64;
    std::string type;  // Normal, Multipart, Appendable
    std::string request_id;
    std::string host;
    int http_status = 0;
};

}  // namespace sluice::oss
