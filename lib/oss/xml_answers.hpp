#pragma once

#include "oss/types.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::oss
{

// The XML bodies of the multipart API. Each reader gives nothing for a body that is not what it stands for: malformed,
// another root (an Error, a proxy's page), an element missing without which there is no going on, a number out of
// range. Key-like elements come decoded where the answer says encoding-type url.

struct initiate_answer
{
    std::string bucket;
    std::string key;
    std::string upload_id;  // never empty
};
std::optional<initiate_answer> read_initiate_answer(std::string_view body);

struct complete_answer
{
    std::string location;
    std::string bucket;
    std::string key;
    std::string etag;  // as sent, so mostly in quotes
};
std::optional<complete_answer> read_complete_answer(std::string_view body);

struct list_parts_answer
{
    std::string bucket;
    std::string key;
    std::string upload_id;
    std::vector<listed_part> parts;  // ascending, without duplicates
    bool is_truncated = false;
    std::optional<unsigned> next_marker;  // part number after which the next page starts
};
std::optional<list_parts_answer> read_list_parts_answer(std::string_view body);

struct list_uploads_answer
{
    std::string bucket;
    std::string prefix;
    std::vector<listed_upload> uploads;
    bool is_truncated = false;
    std::string next_key_marker;
    std::string next_upload_id_marker;
};
std::optional<list_uploads_answer> read_list_uploads_answer(std::string_view body);

// Body of CompleteMultipartUpload.
std::string write_complete_request(std::span<part_ref const> parts);

// An etag as it came, without the quotes around it.
std::string_view unquoted(std::string_view etag) noexcept;

}  // namespace sluice::oss
