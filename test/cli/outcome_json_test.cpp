#include "cli/outcome_json.hpp"

#include <sluice/upload_grant.hpp>
#include <sluice/version.hpp>

#include <boost/asio/error.hpp>

#include <doctest/doctest.h>
#include <simdjson.h>

using namespace sluice;

namespace
{

simdjson::dom::element parse(simdjson::dom::parser& parser, std::string const& text)
{
    simdjson::dom::element root;
    REQUIRE(parser.parse(text).get(root) == simdjson::SUCCESS);
    return root;
}

std::string text_at(simdjson::dom::element root, char const* name)
{
    std::string_view value;
    REQUIRE(root[name].get(value) == simdjson::SUCCESS);
    return std::string(value);
}

}  // namespace

TEST_CASE("a receipt is one JSON line with the CRC-64 as text, for it exceeds what readers keep exactly")
{
    receipt r;
    r.bucket = "b";
    r.object_key = "stream/\"quoted\".mp4";
    r.crc64 = 18446744073709551615U;
    r.bytes = 5;
    r.parts = 2;
    auto const line = cli::receipt_json("a\tb.mp4", r);
    CHECK(line.find('\n') == std::string::npos);

    simdjson::dom::parser parser;
    auto const root = parse(parser, line);
    CHECK(text_at(root, "file") == "a\tb.mp4");
    CHECK(text_at(root, "object_key") == "stream/\"quoted\".mp4");
    CHECK(text_at(root, "crc64") == "18446744073709551615");
    CHECK(root["ok"].get_bool().value() == true);
    CHECK(root["bytes"].get_uint64().value() == 5);
    CHECK(root["parts"].get_uint64().value() == 2);
}

TEST_CASE("an error line has code, message, request id and attempts")
{
    error e(errc::service_error, "Please slow down.");
    e.service_code = "ServiceUnavailable";
    e.http_status = 503;
    e.request_id = "5F00";
    e.attempts = 4;

    simdjson::dom::parser parser;
    auto const root = parse(parser, cli::error_json("a.mp4", e));
    CHECK(root["ok"].get_bool().value() == false);
    CHECK(text_at(root, "code") == "ServiceUnavailable");
    CHECK(text_at(root, "message") == "Please slow down.");
    CHECK(text_at(root, "request_id") == "5F00");
    CHECK(root["attempts"].get_uint64().value() == 4);
    CHECK(root["http_status"].get_int64().value() == 503);
}

TEST_CASE("attempts that failed are a list, where there are any")
{
    receipt r;
    error e(errc::connection_lost);
    CHECK(cli::receipt_json("a", r).find("history") == std::string::npos);
    CHECK(cli::error_json("a", e).find("history") == std::string::npos);
    r.history = e.history = {{"UploadPart", "HTTP status 503, SlowDown"}, {"UploadPart", "a \"quoted\" reason"}};
    for (auto const& line : {cli::receipt_json("a", r), cli::error_json("a", e)})
    {
        simdjson::dom::parser parser;
        auto const list = parse(parser, line)["history"].get_array().value();
        REQUIRE(list.size() == 2);
        CHECK(text_at(list.at(0), "operation") == "UploadPart");
        CHECK(text_at(list.at(0), "reason") == "HTTP status 503, SlowDown");
        CHECK(text_at(list.at(1), "reason") == "a \"quoted\" reason");
    }
}

TEST_CASE("every error has a name that scripts can compare")
{
    CHECK(cli::code_name(errc::stalled) == "stalled");
    CHECK(cli::code_name(errc::untrusted_certificate) == "untrusted_certificate");
    CHECK(cli::code_name(error_code(grant_errc::base64)) == "malformed_grant");
    CHECK(cli::code_name(error_code(boost::asio::error::operation_aborted)) == "operation_aborted");
}

TEST_CASE("the headers and the build agree on the version")
{
    CHECK(std::string(version) == SLUICE_PROJECT_VERSION);
}
