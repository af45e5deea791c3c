#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The same decoding as it is usually written. Those of a library that is not installed are not built; the macro
// SLUICE_BENCH_NLOHMANN or SLUICE_BENCH_JSONCPP says whether it is.
namespace bench
{

struct owned_grant
{
    std::string endpoint;
    std::string bucket;
    std::string file_name;
    std::string access_key_id;
    std::string access_key_secret;
    std::string security_token;
    std::string expiration;
};

// Bytes decoded, to memory that has room for size / 4 * 3.
std::size_t openssl_decode_base64(std::string_view text, char* to);
std::string openssl_decode_base64(std::string_view text);

owned_grant nlohmann_decode_pair(std::string_view upload_address, std::string_view upload_auth);
owned_grant nlohmann_decode_answer(std::string_view answer);

owned_grant jsoncpp_decode_pair(std::string_view upload_address, std::string_view upload_auth);
owned_grant jsoncpp_decode_answer(std::string_view answer);

}  // namespace bench
