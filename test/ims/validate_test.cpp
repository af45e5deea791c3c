#include "ims/service.hpp"

#include <doctest/doctest.h>

using namespace sluice;

namespace
{

using field = std::optional<std::string> stream_request::*;

result<void> validated(field which, std::string_view value)
{
    stream_request request;
    request.*which = std::string(value);
    return ims::validate(request);
}

void check_taken(field which, std::initializer_list<std::string_view> values)
{
    for (auto const value : values)
    {
        CAPTURE(value);
        CHECK(validated(which, value).has_value());
    }
}

void check_refused(field which, std::string_view listed, std::initializer_list<std::string_view> values)
{
    for (auto const value : values)
    {
        CAPTURE(value);
        auto const got = validated(which, value);
        REQUIRE_FALSE(got.has_value());
        auto const& e = got.error();
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.message.find(listed) != std::string::npos);
        CHECK(e.operation == "CreateUploadStream");
        CHECK(e.attempts == 0);
        CHECK(e.describe().find('\n') == std::string::npos);
        CHECK(e.describe().size() < 400);
    }
}

}  // namespace

using namespace std::string_view_literals;

TEST_CASE("a request that leaves everything to the service is valid")
{
    CHECK(ims::validate({}).has_value());
}

TEST_CASE("a definition is one of the list, in its case")
{
    check_taken(&stream_request::definition, {"FD", "LD", "SD", "HD", "OD", "2K", "4K", "SQ", "HQ"});
    check_refused(&stream_request::definition, "is not one of FD, LD, SD, HD, OD, 2K, 4K, SQ, HQ",
        {"", "hd", "8K", "HD ", "HD,SD", "HD\r\nx"});
}

TEST_CASE("an HDR type is one of the list, in any case")
{
    check_taken(&stream_request::hdr_type,
        {"HDR", "HDR10", "HLG", "DolbyVision", "HDRVivid", "SDR+", "hdr10", "dolbyvision", "sdr+"});
    check_refused(&stream_request::hdr_type, "HDR, HDR10, HLG, DolbyVision, HDRVivid, SDR+",
        {"", "SDR", "HDR10+", "Dolby Vision", "None"});
}

TEST_CASE("a file extension is letters and digits without a dot")
{
    check_taken(&stream_request::file_extension, {"mp4", "MP4", "m3u8", "ts", "7z", "abcdefghijklmnop"});
    check_refused(&stream_request::file_extension, "mp4, mov",
        {"", ".mp4", "mp4 ", "tar.gz", "m/4", "abcdefghijklmnopq", "mp\0"sv, "\xE6\xB5\x81"});
}

TEST_CASE("user data is a JSON object in UTF-8")
{
    check_taken(&stream_request::user_data,
        {"{}", R"( {"Extend":{"localId":"xxx"},"n":[1,2e400,{"a":null}]} )", "{\"a\":\"\xE6\xB5\x81\"}"});
    check_refused(&stream_request::user_data, "JSON object",
        {"", "[]", "x", "\"{}\"", "{", "{}{}", "{'a':1}", R"({"a":"\ud800"})", "{\"a\":\"\xFF\"}", "{\"a\":01}",
            "{\"a\":\n\"\n\"}"});
    std::string const deep = "{\"a\":" + std::string(100000, '[');
    check_refused(&stream_request::user_data, "JSON object", {deep});
}

TEST_CASE("a media id is printable")
{
    check_taken(&stream_request::media_id, {"00000000000071ec802f0674a2ce6000", "a", "\xE6\xB5\x81"});
    check_refused(&stream_request::media_id, "without control characters", {"", "a\nb", "a\0"sv, "\x7F", "\xFF"});
}

TEST_CASE("a region has its endpoint, and an unknown one the list of those that have")
{
    for (std::string_view const region :
        {"cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-hangzhou", "ap-southeast-1", "us-west-1"})
    {
        auto const where = ims::endpoint_of_region(region).value();
        CHECK(where.url() == "https://ice." + std::string(region) + ".aliyuncs.com");
    }
    for (std::string_view const region : {"", "cn-mars", "CN-SHANGHAI", "cn-shanghai ", "a\r\nb", "evil.com/"})
    {
        CAPTURE(region);
        auto const got = ims::endpoint_of_region(region);
        REQUIRE_FALSE(got.has_value());
        auto const& e = got.error();
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.message.find("cn-shanghai, cn-beijing, cn-shenzhen, cn-hangzhou, ap-southeast-1, us-west-1") !=
              std::string::npos);
        CHECK(e.recommendation.find("endpoint, which overrides") != std::string::npos);
        CHECK(e.describe().find('\n') == std::string::npos);
    }
}
