#pragma once

#include <string>

namespace bench
{

// An answer of CreateUploadStream such as the service gives, made up here: as long as real ones are, and nobody's.
struct sample_grant
{
    std::string upload_address;  // 192 characters of base64
    std::string upload_auth;     // 1716
    std::string answer;          // the JSON around both

    sample_grant();
};

}  // namespace bench
