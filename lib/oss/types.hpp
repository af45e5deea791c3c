#pragma once

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
    unsigned attempts = 1;
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
    std::string initiated;  // ISO 8601, as sent
};

struct object_head
{
    std::uint64_t size = 0;
    std::string etag;  // quotes removed
    std::optional<std::uint64_t> crc64;
    std::string type;  // Normal, Multipart, Appendable
    std::string request_id;
};

}  // namespace sluice::oss
