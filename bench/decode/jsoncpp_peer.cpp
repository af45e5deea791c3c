#include "decode/peers.hpp"

#include <json/json.h>

#include <memory>
#include <stdexcept>

namespace bench
{

namespace
{

Json::Value parse(std::string_view text)
{
    static Json::CharReaderBuilder const builder;
    std::unique_ptr<Json::CharReader> const reader(builder.newCharReader());
    Json::Value value;
    if (!reader->parse(text.data(), text.data() + text.size(), &value, nullptr))
        throw std::runtime_error("jsoncpp refuses the sample");
    return value;
}

}  // namespace

owned_grant jsoncpp_decode_pair(std::string_view upload_address, std::string_view upload_auth)
{
    auto const address = parse(openssl_decode_base64(upload_address));
    auto const auth = parse(openssl_decode_base64(upload_auth));
    return {address["Endpoint"].asString(), address["Bucket"].asString(), address["FileName"].asString(),
        auth["AccessKeyId"].asString(), auth["AccessKeySecret"].asString(), auth["SecurityToken"].asString(),
        auth["Expiration"].asString()};
}

owned_grant jsoncpp_decode_answer(std::string_view answer)
{
    auto const all = parse(answer);
    return jsoncpp_decode_pair(all["UploadAddress"].asString(), all["UploadAuth"].asString());
}

}  // namespace bench
