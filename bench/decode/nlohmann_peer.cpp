#include "decode/peers.hpp"

#include <nlohmann/json.hpp>

namespace bench
{

owned_grant nlohmann_decode_pair(std::string_view upload_address, std::string_view upload_auth)
{
    auto const address = nlohmann::json::parse(openssl_decode_base64(upload_address));
    auto const auth = nlohmann::json::parse(openssl_decode_base64(upload_auth));
    return {address.at("Endpoint").get<std::string>(), address.at("Bucket").get<std::string>(),
        address.at("FileName").get<std::string>(), auth.at("AccessKeyId").get<std::string>(),
        auth.at("AccessKeySecret").get<std::string>(), auth.at("SecurityToken").get<std::string>(),
        auth.at("Expiration").get<std::string>()};
}

owned_grant nlohmann_decode_answer(std::string_view answer)
{
    auto const all = nlohmann::json::parse(answer);
    return nlohmann_decode_pair(all.at("UploadAddress").get<std::string>(), all.at("UploadAuth").get<std::string>());
}

}  // namespace bench
