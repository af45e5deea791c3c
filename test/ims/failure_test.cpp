#include "ims/failure.hpp"

#include <doctest/doctest.h>

using namespace sluice;

namespace
{

credentials const who("AKID", "hush-hush", "tok/en+123==");

net::response answer(int status, std::string body)
{
    net::response out;
    out.status = status;
    out.body = std::move(body);
    out.peer = "ice.cn-beijing.aliyuncs.com";
    return out;
}

error refused(int status, std::string body)
{
    return ims::refusal_error(answer(status, std::move(body)), "CreateUploadStream", who);
}

}  // namespace

TEST_CASE("a refusal is read in every shape that the gateway sends")
{
    struct row
    {
        std::string_view body, code, message, request_id;
    };
    static constexpr row rows[] = {
        {R"({"RequestId":"R","HostId":"h","Code":"Forbidden","Message":"not you"})", "Forbidden", "not you", "R"},
        {R"({"requestId":"R","code":"Forbidden","message":"not you"})", "Forbidden", "not you", "R"},
        {R"({"Code":"C","Description":"d"})", "C", "d", ""},
        {R"({"code":403,"detail":"d"})", "403", "d", ""},
        {R"({"Code":"","code":"C","Message":null,"message":"m"})", "C", "m", ""},
        {R"({"Code":["C"],"Message":{"a":1}})", "", "", ""},
        {R"({"Code":"\u0043","Message":"\"m\""})", "C", "\"m\"", ""},
        {R"(<?xml version="1.0"?><Error><Code>C</Code><Message>m &amp; n</Message><RequestId>R</RequestId></Error>)",
            "C", "m & n", "R"},
        {"<html><body>Bad Gateway</body></html>", "", "", ""},
        {"<Other><Code>C</Code></Other>", "", "", ""},
        {R"({"Code":"C","Message":"m")", "", "", ""},
        {R"([{"Code":"C"}])", "", "", ""},
        {"", "", "", ""},
        {"\xFF\xFE", "", "", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.body);
        auto const got = ims::read_failure(r.body);
        CHECK(got.code == r.code);
        CHECK(got.message == r.message);
        CHECK(got.request_id == r.request_id);
    }
}

TEST_CASE("the access-denied detail is one line, be it an object or an object in a string")
{
    static constexpr std::string_view expect =
        "AuthAction ice:CreateUploadStream, AuthPrincipalType SubUser, NoPermissionType ImplicitDeny";
    CHECK(refused(403, R"({"Code":"Forbidden","AccessDeniedDetail":{"NoPermissionType":"ImplicitDeny","Other":[],)"
                       R"("AuthPrincipalType":"SubUser","AuthAction":"ice:CreateUploadStream"}})")
              .access_denied == expect);
    CHECK(refused(403, R"({"Code":"Forbidden","AccessDeniedDetail":"{\"NoPermissionType\":\"ImplicitDeny\",)"
                       R"(\"AuthPrincipalType\":\"SubUser\",\"AuthAction\":\"ice:CreateUploadStream\"}"})")
              .access_denied == expect);
    CHECK(refused(403, R"({"code":"Forbidden","accessDeniedDetail":"plain\nwords"})").access_denied == "plain words");
    CHECK(refused(403, R"({"Code":"Forbidden","AccessDeniedDetail":7})").access_denied.empty());
}

TEST_CASE("an error holds what the service said and what to do")
{
    auto const e = refused(
        403, R"({"Code":"Forbidden","Message":"not\r\nyou","RequestId":"R","Recommend":"https://help.example/R"})");
    CHECK(e.code == errc::service_error);
    CHECK(e.http_status == 403);
    CHECK(e.service_code == "Forbidden");
    CHECK(e.message == "not  you");
    CHECK(e.request_id == "R");
    CHECK(e.host == "ice.cn-beijing.aliyuncs.com");
    CHECK(e.recommendation == "https://help.example/R");
}

TEST_CASE("where the service gives no advice, we do")
{
    struct row
    {
        int status;
        std::string_view code, advice;
    };
    static constexpr row rows[] = {
        {403, "Forbidden", "RAM action ice:CreateUploadStream"},
        {403, "Forbidden.RAM", "RAM action ice:CreateUploadStream"},
        {403, "NoPermission", "RAM action ice:CreateUploadStream"},
        {403, "Forbidden.AccessKeyDisabled", "disabled"},
        {404, "InvalidAccessKeyId.NotFound", "access key id"},
        {400, "InvalidAccessKeyId.Inactive", "disabled"},
        {400, "SignatureDoesNotMatch", "access key secret"},
        {400, "InvalidSecurityToken.Expired", "new temporary credentials"},
        {400, "MissingSecurityToken", "security token"},
        {400, "InvalidTimeStamp.Expired", "clock"},
        {400, "Throttling.User", "fewer calls"},
        {403, "RequestsTooFrequent", "fewer calls"},
        {403, "OperationDenied", "Activate"},
        {403, "OperationDenied.Suspended", "overdue"},
        {404, "ResourceNotFound", "media id"},
        {404, "InvalidApi.NotFound", "cn-shanghai, cn-beijing and cn-shenzhen"},
        {404, "InvalidAction.NotFound", "endpoint"},
        {400, "InvalidProtocol.NeedSsl", "https"},
        {400, "MissingParameter", "parameter"},
        {400, "InvalidParameter.Format", "parameter"},
        {503, "ServiceUnAvailable", "later"},
        {500, "InternalError", "later"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.code);
        auto const e = refused(r.status, R"({"Code":")" + std::string(r.code) + "\"}");
        CHECK(e.recommendation.find(r.advice) != std::string::npos);
        CHECK(e.recommendation.find('{') == std::string::npos);
    }
}

TEST_CASE("what is no answer of the service is told in a few words")
{
    struct row
    {
        int status;
        std::string body;
        errc code;
        std::string_view message;
    };
    row const rows[] = {
        {502, "<html><head><title>502 Bad Gateway</title></head></html>", errc::service_error,
            "a page with the title \"502 Bad Gateway\""},
        {404, "", errc::service_error, "HTTP 404 with no error of the service, but nothing"},
        {403, "upstream\nsays no", errc::service_error, "\"upstream says no\""},
        {500, "\x80\xFF\x01", errc::service_error, "\"?? \""},
        {302, "<title>Moved", errc::malformed_response, "HTTP 302"},
        {101, "", errc::malformed_response, "HTTP 101"},
        {500, std::string(8 << 20, 'a'), errc::service_error, "\"***\""},
        {500, "<title>" + std::string(8 << 20, 'a'), errc::service_error, "<title>***"},
        {500, std::string(1 << 20, '{'), errc::service_error, "{{{"},
    };
    for (auto const& r : rows)
    {
        auto const e = refused(r.status, r.body);
        CAPTURE(e.describe());
        CHECK(e.code == r.code);
        CHECK(e.message.find(r.message) != std::string::npos);
        CHECK(e.message.size() < 300);
        CHECK_FALSE(e.recommendation.empty());
    }
}

TEST_CASE("a long message is cut, at a character's end")
{
    std::string text;
    for (unsigned i = 0; i < 100'000; ++i)
        text += "\xE6\xB5\x81";
    auto const e = refused(400, R"({"Code":"InvalidParameter","Message":")" + text + "\"}");
    CHECK(e.message.size() < 2100);
    CHECK(e.message.ends_with("\xE6\xB5\x81..."));
}

TEST_CASE("what the server repeats of our secrets is masked wherever it stands")
{
    std::string const echo = "string to sign x-acs-security-token:tok/en+123== key hush-hush";
    std::string const bodies[] = {
        R"({"Code":"SignatureDoesNotMatch","Message":")" + echo + "\"}",
        R"({"Code":"SignatureDoesNotMatch","Message":"string to sign tok\/en\u002b123== key hush\u002dhush"})",
        R"({"Code":")" + echo + R"(","RequestId":")" + echo + R"(","Recommend":")" + echo + "\"}",
        R"({"Code":"x","AccessDeniedDetail":{"AuthAction":")" + echo + "\"}}", "<html>" + echo,
        "<title>" + echo + "</title>", std::string(150, 'a') + echo,  // where an excerpt ends
    };
    for (auto const& body : bodies)
    {
        auto const line = refused(400, body).describe();
        CAPTURE(line);
        for (auto const* hidden : {"hush", "tok/en", "123=="})
            CHECK(line.find(hidden) == std::string::npos);
    }
    auto const masked = refused(400, bodies[0]).message;
    CHECK(masked == "string to sign x-acs-security-token:*** key ***");
}

TEST_CASE("what may be a grant is masked in every text of the service")
{
    auto const auth = std::string(400, 'Q') + "ab+/-_==";
    std::string const bodies[] = {
        R"({"Code":"X","Message":"grant was )" + auth + R"(","RequestId":"R"})",
        "upstream said: " + auth,
        "<html><title>" + auth + "</title></html>",
    };
    for (auto const& body : bodies)
    {
        CAPTURE(body);
        auto const text = refused(502, body).describe();
        CHECK_MESSAGE(text.find("QQQQ") == std::string::npos, text);
        CHECK_MESSAGE(text.find("***") != std::string::npos, text);
    }
    CHECK(refused(400, R"({"Code":"X","Message":"media 0123456789abcdef0123456789abcdef is gone"})")
              .describe()
              .find("0123456789abcdef0123456789abcdef") != std::string::npos);
}
