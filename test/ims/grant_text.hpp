#pragma once

#include "base/base64.hpp"

#include <string>
#include <string_view>

namespace sluice::ims::test
{

// A grant that is right in every point, to be spoiled in one.
inline constexpr std::string_view good_address =
    R"({"Endpoint":"https://oss-cn-shanghai.aliyuncs.com","Bucket":"outin-1","FileName":"stream/a/b.mp4"})";
inline constexpr std::string_view good_auth =
    R"({"SecurityToken":"TOKEN/a+b==","AccessKeyId":"STS.ID","ExpireUTCTime":"2026-03-30T09:05:30Z",)"
    R"("AccessKeySecret":"SECRET","Expiration":"3000","Region":"cn-shanghai"})";

// JSON of an object with the members of `json` and the ones given; as the last of their name count, these replace.
inline std::string with(std::string_view json, std::string_view members)
{
    return std::string(json.substr(0, json.size() - 1)).append(",").append(members).append("}");
}

}  // namespace sluice::ims::test
