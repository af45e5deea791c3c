#include "decode/sample.hpp"

#include "base/base64.hpp"
#include "base/json_writer.hpp"

#include <random>
#include <string_view>

namespace bench
{

namespace
{

constexpr std::size_t address_bytes = 144;
constexpr std::size_t auth_bytes = 1287;

std::string random_text(std::size_t size, std::string_view characters)
{
    std::minstd_rand random(static_cast<unsigned>(size));
    std::string text(size, '\0');
    for (auto& c : text)
        c = characters[random() % characters.size()];
    return text;
}

std::string random_hex(std::size_t size)
{
    return random_text(size, "0123456789abcdef");
}

std::string random_word(std::size_t size)
{
    return random_text(size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}

std::string random_base64(std::size_t size)
{
    return random_text(size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

std::string address_json(std::string_view key)
{
    sluice::json_writer w;
    w.begin_object().member("Endpoint", "https://oss-cn-shanghai.aliyuncs.com");
    w.member("Bucket", "outin-" + random_hex(32)).member("FileName", key).end_object();
    return w.str();
}

std::string auth_json(std::string_view token)
{
    sluice::json_writer w;
    w.begin_object().member("SecurityToken", token).member("AccessKeyId", "STS." + random_word(25));
    w.member("ExpireUTCTime", "2026-03-30T09:05:30Z").member("AccessKeySecret", random_word(44));
    w.member("Expiration", "3600").member("Region", "cn-shanghai").end_object();
    return w.str();
}

std::string object_key(std::size_t size)
{
    constexpr std::string_view begin = "stream/";
    constexpr std::string_view end = ".mp4";
    return std::string(begin).append(random_hex(size - begin.size() - end.size())).append(end);
}

}  // namespace

sample_grant::sample_grant()
{
    auto const key = object_key(address_bytes - address_json("").size());
    upload_address = sluice::base64_encode(address_json(key));
    upload_auth = sluice::base64_encode(auth_json(random_base64(auth_bytes - auth_json("").size())));

    sluice::json_writer w;
    w.begin_object().member("RequestId", "A1B2C3D4-0000-5E5E-8F8F-00112233AABB");
    w.member("UploadAddress", upload_address).member("UploadAuth", upload_auth);
    w.member("MediaId", random_hex(32));
    w.member("FileURL", "https://outin-" + random_hex(32) + ".oss-cn-shanghai.aliyuncs.com/" + key).end_object();
    answer = w.str();
}

}  // namespace bench
