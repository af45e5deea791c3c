#pragma once

#include "base/utc_time.hpp"
#include "emulator/content.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sluice::emulator
{

enum class object_type
{
    normal,
    multipart,
    appendable
};

// What a client says of an object beside its bytes.
struct object_properties
{
    std::vector<std::pair<std::string, std::string>> fields;  // headers given back with it; names in lower case
    std::string storage_class = "Standard";
    std::string acl = "default";
    std::string tagging;
};

struct stored_object
{
    object_type type = object_type::normal;
    std::string etag;  // without quotes
    std::uint64_t crc64 = 0;
    utc_seconds last_modified;
    object_properties properties;
    content bytes;
};

struct stored_part
{
    std::string etag;  // MD5, upper-case hex
    std::uint64_t crc64 = 0;
    utc_seconds last_modified;
    content bytes;
};

struct multipart_upload
{
    std::string bucket;
    std::string key;
    std::string id;
    utc_seconds initiated;
    object_properties properties;
    std::map<unsigned, stored_part> parts;
};

}  // namespace sluice::emulator
