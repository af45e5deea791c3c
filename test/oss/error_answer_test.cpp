#include "oss/error_answer.hpp"

#include "base/base64.hpp"
#include "oss/advice.hpp"
#include "oss/printable.hpp"
#include "oss/redact.hpp"
#include "oss/remedy.hpp"
#include "result_text.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>

using namespace sluice;
using namespace sluice::oss;
using sluice::test::holds;

namespace
{

using header = std::pair<std::string_view, std::string_view>;

net::response answer_with(int status, std::string body, std::initializer_list<header> headers = {})
{
    net::response made;
    made.status = status;
    made.body = std::move(body);
    for (auto const& [name, value] : headers)
        made.headers.add(name, value);
    return made;
}

}  // namespace

TEST_CASE("the error of a HEAD comes out of its header")
{
    auto const coded = base64_encode(test::read_data("oss_xml/error_time_skewed.xml"));
    auto const said = read_error(answer_with(403, "", {{"x-oss-err", coded}}), true);
    CHECK(said.code == "RequestTimeTooSkewed");
    CHECK(said.server_time.has_value());
}

TEST_CASE("what a body leaves out is taken from the headers")
{
    auto const said = read_error(answer_with(403, test::read_data("oss_xml/error_token_expired_minimal.xml"),
                                     {{"X-Oss-Request-Id", "5F01"}, {"x-oss-ec", "0002-00000007"}}),
        false);
    CHECK(said.code == "SecurityTokenExpired");
    CHECK(said.request_id == "5F01");
    CHECK(said.ec == "0002-00000007");
}

TEST_CASE("a code that is not said is made up from the status")
{
    struct row
    {
        int status;
        bool to_head;
        std::string_view body, code;
    };
    static constexpr row rows[] = {
        {404, true, "", "NoSuchKey"},
        {404, false, "", "NotFound"},
        {403, true, "", "AccessDenied"},
        {412, true, "", "PreconditionFailed"},
        {503, false, "", "ServiceUnavailable"},
        {500, false, "<Error><Code></Code><Message></Message></Error>", "InternalError"},
        {500, false, "<Error><Message>odd</Message></Error>", "InternalError"},
        {418, false, "", "HttpStatus418"},
        {307, false, "", "HttpStatus307"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.status);
        CAPTURE(r.body);
        CHECK(read_error(answer_with(r.status, std::string(r.body)), r.to_head).code == r.code);
    }
}

TEST_CASE("an error in JSON is read with and without its wrapper")
{
    for (std::string const& body : {test::read_data("oss_xml/error_json.json"),
             std::string(R"({"Code":"AccessDenied","Message":"no","RequestId":"5F0000000000000000000001"})")})
    {
        auto const said = read_error(answer_with(403, body), false);
        CHECK(said.code == "AccessDenied");
        CHECK(said.message == "no");
        CHECK(said.request_id == "5F0000000000000000000001");
    }
    CHECK_FALSE(read_json_error("[]"));
    CHECK_FALSE(read_json_error("{}"));
    CHECK_FALSE(read_json_error("{\"Code\":5}"));
    CHECK_FALSE(read_json_error(""));
}

TEST_CASE("of a body in no known form a short printable part is kept, and no code")
{
    auto const said =
        read_error(answer_with(502, "<html>\r\n<b>Bad\x01 Gateway\xFF</b>" + std::string(100'000, 'x')), false);
    CHECK(said.code.empty());
    CHECK(holds(said.message, "<html> <b>Bad Gateway?</b>xx"));
    CHECK(said.message.size() < 200);
}

TEST_CASE("an error says what the service said, and what to do")
{
    auto const said = read_error(answer_with(403, test::read_data("oss_xml/error_time_skewed.xml")), false);
    auto const e = to_error(said, 403);
    CHECK(e.code == errc::service_error);
    CHECK(e.http_status == 403);
    CHECK(e.service_code == "RequestTimeTooSkewed");
    CHECK(e.request_id == "5F0000000000000000000001");
    CHECK(holds(e.recommendation, "clock"));
    CHECK(holds(e.recommendation, "0002-00000504"));
}

TEST_CASE("every code of the uploader's table comes with advice")
{
    for (auto const* const code : {"AccessDenied", "InvalidAccessKeyId", "SecurityTokenExpired", "InvalidSecurityToken",
             "AccessKeyIdAndSecurityTokenNotMatch", "SecurityTokenNotSupported", "SignatureDoesNotMatch",
             "RequestTimeTooSkewed", "UserDisable", "NoSuchBucket", "NoSuchUpload", "InvalidPart", "EntityTooSmall",
             "EntityTooLarge", "FilePartNotExist", "InvalidDigest", "InvalidCRC64", "IncompleteBody", "RequestTimeout",
             "InvalidObjectName", "InvalidBucketName", "FileAlreadyExists", "FileImmutable", "InternalError",
             "ServiceUnavailable", "SecondLevelDomainForbidden"})
    {
        CAPTURE(code);
        CHECK_FALSE(advice_on(code, 400, "").empty());
    }
    CHECK(holds(advice_on("AccessDenied", 403,
                    "The bucket you are attempting to access must be addressed using the specified endpoint."),
        "region"));
    CHECK(holds(advice_on("InvalidArgument", 400, "Invalid signing date in Authorization header."), "clock"));
    CHECK(advice_on("InvalidArgument", 400, "Part number must be an integer").empty());
}

TEST_CASE("what a refusal needs to be sent again with success")
{
    struct row
    {
        int status;
        std::string_view code, ec, message;
        remedy what;
    };
    static constexpr row rows[] = {
        {403, "RequestTimeTooSkewed", "", "", remedy::right_clock},
        {400, "InvalidArgument", "0002-00000212", "", remedy::right_clock},
        {400, "InvalidArgument", "", "Invalid signing date in Authorization header.", remedy::right_clock},
        {400, "InvalidArgument", "", "Part number must be", remedy::none},
        {403, "SecurityTokenExpired", "", "", remedy::other_credentials},
        {403, "InvalidAccessKeyId", "", "", remedy::other_credentials},
        {403, "InvalidSecurityToken", "", "", remedy::other_credentials},
        {403, "SignatureDoesNotMatch", "", "", remedy::none},
        {403, "AccessDenied", "", "", remedy::none},
        {404, "NoSuchUpload", "", "", remedy::none},
        {404, "NoSuchBucket", "", "", remedy::none},
        {409, "FileAlreadyExists", "", "", remedy::none},
        {400, "EntityTooSmall", "", "", remedy::none},
        {400, "InvalidDigest", "", "", remedy::waiting},
        {400, "InvalidCRC64", "", "", remedy::waiting},
        {400, "IncompleteBody", "", "", remedy::waiting},
        {400, "RequestTimeout", "", "", remedy::waiting},
        {500, "InternalError", "", "", remedy::waiting},
        {200, "InternalError", "", "", remedy::waiting},
        {503, "ServiceUnavailable", "", "", remedy::waiting},
        {503, "TotalQpsLimitExceeded", "", "", remedy::waiting},
        {502, "", "", "", remedy::waiting},
        {408, "", "", "", remedy::waiting},
        {429, "", "", "", remedy::waiting},
        {403, "", "", "", remedy::none},
        {307, "HttpStatus307", "", "", remedy::none},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.status);
        CAPTURE(r.code);
        error_answer said;
        said.code = r.code;
        said.ec = r.ec;
        said.message = r.message;
        CHECK(remedy_for(said, r.status) == r.what);
    }
}

TEST_CASE("text from elsewhere is made fit for one line")
{
    CHECK(printable("  a\r\n\t b\x01"
                    "c ",
              100) == "a b c");
    CHECK(printable("\xE5\xAA\x92", 100) == "\xE5\xAA\x92");
    CHECK(printable("a\xFF", 100) == "a?");
    CHECK(printable("abcdef", 6) == "abcdef");
    CHECK(printable("abcdefg", 6) == "abcdef...");
    CHECK(printable("abcd\xE5\xAA\x92\xE5\xAA\x92", 6) == "abcd...");  // never through a character
    CHECK(printable("\x01\x02", 6).empty());
    CHECK(printable("", 6).empty());
}

TEST_CASE("secrets are masked wherever they stand")
{
    credentials const secrets("id", "s3cret", "tok/en==");
    std::string text = "tok/en== id s3crets3cret xtok/en==";
    redact(text, secrets);
    CHECK(text == "*** id ****** x***");

    std::string encoded = "a=tok%2Fen%3d%3D&b";
    redact(encoded, secrets);
    CHECK(encoded == "a=***&b");
    for (std::string cut : {"it was tok/e", "it was tok/e..."})  // of a message that ends there
    {
        redact(cut, secrets);
        CHECK(holds(cut, "it was ***"));
        CHECK_FALSE(holds(cut, "tok"));
    }

    credentials const long_ones("id", "0123456789abcdefghijklmnopqrstuv", "CAIS+0/ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    std::string pieces = "x CAIS+0/ABCDEF... y GHIJKLMNOP z 56789abc! CAIS%2B0%2fABCD";
    redact(pieces, long_ones);
    CHECK(pieces == "x ***... y *** z ***! ***");
    std::string words = "0123456 CAIS ABCDEFG";
    redact(words, long_ones);
    CHECK(words == "0123456 CAIS ABCDEFG");

    error e(errc::service_error, "it was 0123456789abcdefghijklmnopqrstuv");
    e.request_id = "CAIS+0/ABCDEFGHIJKLMNOPQ";
    redact(e, long_ones);
    CHECK(e.message == "it was ***");
    CHECK(e.request_id == "***");

    std::string unchanged = "nothing of it";
    redact(unchanged, credentials());
    CHECK(unchanged == "nothing of it");
}
