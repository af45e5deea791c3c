#pragma once

#include "emulator/oss_error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

constexpr unsigned last_part_number = 10000;

// A part as CompleteMultipartUpload lists it.
struct listed_part
{
    unsigned number = 0;
    std::string etag;  // without quotes, upper case

    friend bool operator==(listed_part const&, listed_part const&) = default;
};

// The body of CompleteMultipartUpload: at least one part, in ascending order.
oss_result<std::vector<listed_part>> read_complete_request(std::string_view body);

}  // namespace sluice::emulator
