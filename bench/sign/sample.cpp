#include "sign/sample.hpp"

#include <random>

namespace bench
{

namespace
{

constexpr std::string_view sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view media_id = "8f2c1e90a7b64d35b1c8d2e4f6a7b8c9";
constexpr std::size_t token_size = 1107;

std::string random_token()
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::minstd_rand random;
    std::string token(token_size, '\0');
    for (auto& c : token)
        c = digits[random() % digits.size()];
    return token;
}

}  // namespace

sample_call::sample_call()
    : query{{"Definition", "HD"}, {"FileExtension", "mp4"}, {"HDRType", "HDR10"}, {"MediaId", media_id},
          {"UserData", R"({"Camera":"north-gate-of-the-second-hall-at-the-quay","Shift":7})"}},
      headers{{"host", "ice.cn-shanghai.aliyuncs.com"}, {"x-acs-action", "CreateUploadStream"},
          {"x-acs-content-sha256", sha256_of_nothing}, {"x-acs-date", "2026-03-30T08:05:30Z"},
          {"x-acs-signature-nonce", "3f9a1c5e7b2d4860a1b3c5d7e9f02468"}, {"x-acs-version", "2020-11-09"},
          {"user-agent", "sluice/0.1"}, {"accept", "application/json"}},
      request{"POST", "/", query, headers, sha256_of_nothing}
{}

sample_part::sample_part()
    : token(random_token()),
      query{{"partNumber", "7"}, {"uploadId", "0004B9894A22E5B1888A1E29F8236E2D"}},
      headers_v4{{"x-oss-content-sha256", "UNSIGNED-PAYLOAD"}, {"x-oss-date", sample_timestamp},
          {"x-oss-security-token", token}},
      headers_v1{{"x-oss-date", sample_http_date}, {"x-oss-security-token", token}},
      scope{"20260330", "cn-shanghai", "oss"},
      v4{"PUT", "outin-5d41402abc4b2a76b9719d911017c592", "stream/8f2c1e90a7b64d35/b1c8d2e4f6a7b8c9.mp4", query,
          headers_v4, {}},
      v1{"PUT", v4.bucket, v4.key, query, headers_v1}
{}

}  // namespace bench
