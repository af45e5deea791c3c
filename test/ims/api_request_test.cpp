#include "base/percent.hpp"
#include "scripted_service.hpp"
#include "sign/acs3.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace sluice;
using namespace sluice::ims::test;
using sluice::test::text;

namespace
{

canned_answer const accepted{200, R"({"RequestId":"R-1"})"};

using owned_fields = std::vector<std::pair<std::string, std::string>>;

// What a server reads from the wire, and nothing that the client told us besides.
struct received
{
    explicit received(std::string_view head)
    {
        auto const target = target_of(head);
        auto const mark = target.find('?');
        path = target.substr(0, mark);
        for (auto rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1); !rest.empty();)
        {
            auto const item = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(item.size() + 1, rest.size()));
            query.emplace_back(uri_decode(item.substr(0, item.find('=')), plus::literal).value(),
                uri_decode(item.substr(item.find('=') + 1), plus::literal).value());
        }
        for (auto rest = head.substr(head.find("\r\n") + 2); !rest.empty();)
        {
            auto const line = rest.substr(0, rest.find("\r\n"));
            rest.remove_prefix(line.size() + 2);
            headers.emplace_back(line.substr(0, line.find(':')), line.substr(line.find(':') + 2));
        }
        authorization = headers.back().second;
        headers.pop_back();
    }

    [[nodiscard]] std::string expected_authorization(credentials const& who) const
    {
        std::vector<sign::field_view> const query_views(query.begin(), query.end());
        std::vector<sign::field_view> const header_views(headers.begin(), headers.end());
        return sign::acs3::authorization({"POST", path, query_views, header_views,
                                             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            who.access_key_id, who.access_key_secret.reveal());
    }

    std::string path;
    owned_fields query;
    owned_fields headers;
    std::string authorization;
};

std::string line_of(std::string_view text, unsigned number)
{
    for (; number > 0; --number)
        text.remove_prefix(text.find('\n') + 1);
    return std::string(text.substr(0, text.find('\n')));
}

std::string without(std::string text, std::string_view part)
{
    if (auto const at = text.find(part); at != std::string::npos)
        text.erase(at, part.size());
    return text;
}

std::string header_in(simdjson::dom::element item, std::string_view name)
{
    for (auto const& [key, value] : sluice::test::fields(item, "headers"))
        if (key == name)
            return std::string(value);
    return {};
}

void check_against_vector(simdjson::dom::element item)
{
    credentials const who(
        std::string(text(item, "access_key_id")), text(item, "access_key_secret"), text(item, "security_token"));
    auto const host = header_in(item, "host");
    scripted_service service({accepted}, who, "https://" + host);
    api_parameters parameters;
    for (auto const& [name, value] : sluice::test::fields(item, "query"))
        parameters.emplace_back(name, value);
    auto const answer = service.call(header_in(item, "x-acs-action"), parameters);
    REQUIRE(answer.has_value());

    auto const& head = service.wire.heads.at(0);
    auto const canonical = text(item, "canonical_request");
    auto const query = line_of(canonical, 2);
    CHECK(target_of(head) == (query.empty() ? "/" : "/?" + query));
    CHECK(header_of(head, "host") == host);

    received const seen(head);
    CHECK(seen.authorization == seen.expected_authorization(who));

    // The same headers are signed; the vendor's newer clients add one that tells where the key came from.
    auto const is_signed = [](std::string_view authorization) {
        auto const begin = authorization.find("SignedHeaders=");
        return std::string(authorization.substr(begin, authorization.find(",Signature=") - begin));
    };
    CHECK(is_signed(seen.authorization) ==
          without(is_signed(text(item, "authorization")), ";x-acs-credentials-provider"));
}

}  // namespace

TEST_CASE("every call of acs3.json is sent as the vendor signs it")
{
    sluice::test::vectors const file("acs3.json");
    unsigned calls = 0;
    for (auto const item : file.cases("vectors"))
    {
        if (text(item, "via") != "callApi" || text(item, "method") != "POST" || !text(item, "body").empty())
            continue;
        CAPTURE(text(item, "name"));
        check_against_vector(item);
        ++calls;
    }
    CHECK(calls > 20);
}

TEST_CASE("a request has the headers of the protocol, in its order")
{
    scripted_service service({accepted}, {"AKID", "SECRET"}, "http://127.0.0.1:8443", "ingest/2 (a)\r\nx: y\x80");
    REQUIRE(service.call("GetMediaInfo").has_value());
    auto const& head = service.wire.heads.at(0);
    CHECK(head.starts_with("POST / HTTP/1.1\r\nhost: 127.0.0.1:8443\r\n"));
    CHECK(header_of(head, "x-acs-version") == "2020-11-09");
    CHECK(header_of(head, "x-acs-action") == "GetMediaInfo");
    CHECK(header_of(head, "x-acs-date") == start_text);
    CHECK(header_of(head, "x-acs-signature-nonce") == "000102030405060708090a0b0c0d0e0f");
    CHECK(header_of(head, "accept") == "application/json");
    CHECK(header_of(head, "user-agent").starts_with("sluice/"));
    CHECK(header_of(head, "user-agent").ends_with("ingest/2 (a)x: y"));
    CHECK_FALSE(has_header(head, "x-acs-security-token"));
    CHECK_FALSE(has_header(head, "x-acs-accesskey-id"));
    CHECK_FALSE(has_header(head, "content-length"));  // the connection adds it
    CHECK_FALSE(has_header(head, "content-type"));
    CHECK(head.ends_with("\r\n"));
    CHECK_FALSE(head.ends_with("\r\n\r\n"));
}

TEST_CASE("a temporary access key sends its id and its token, both signed")
{
    scripted_service service({accepted}, {"STS.ID", "SECRET", "TOKEN/+="});
    REQUIRE(service.call("GetMediaInfo").has_value());
    auto const& head = service.wire.heads.at(0);
    CHECK(header_of(head, "x-acs-accesskey-id") == "STS.ID");
    CHECK(header_of(head, "x-acs-security-token") == "TOKEN/+=");
    CHECK(header_of(head, "authorization").find("x-acs-accesskey-id;") != std::string_view::npos);
    CHECK(header_of(head, "authorization").find("x-acs-security-token;") != std::string_view::npos);
}

TEST_CASE("odd bytes of names and values are encoded and break no line")
{
    scripted_service service({accepted});
    REQUIRE(service.call("Any", {{"a b&=\r\n", "x\r\nHost: y"}, {"\xE6\xB5\x81", std::string("\0/?%+*~'", 8)}})
            .has_value());
    auto const& head = service.wire.heads.at(0);
    CHECK(target_of(head) == "/?a%20b%26%3D%0D%0A=x%0D%0AHost%3A%20y&%E6%B5%81=%00%2F%3F%25%2B%2A~%27");
    CHECK(std::ranges::count(head, '\n') == 10);
}

TEST_CASE("each attempt has its own date, nonce and signature")
{
    scripted_service service({{503, ""}, {500, ""}, accepted});
    REQUIRE(service.call("GetMediaInfo").has_value());
    std::set<std::string_view> nonces;
    std::set<std::string_view> signatures;
    for (auto const& head : service.wire.heads)
    {
        nonces.insert(header_of(head, "x-acs-signature-nonce"));
        signatures.insert(header_of(head, "authorization"));
    }
    CHECK(nonces.size() == 3);
    CHECK(signatures.size() == 3);
}

TEST_CASE("credentials that would spoil a header are refused before anything is sent, and not shown")
{
    struct row
    {
        credentials who;
        errc code;
    };
    row const rows[] = {
        {{"", "sesame"}, errc::no_credentials},
        {{"VISIBLE", ""}, errc::no_credentials},
        {{"VISIBLE\r\nx: y", "sesame"}, errc::invalid_argument},
        {{"VISIBLE ", "sesame"}, errc::invalid_argument},
        {{"VISIBLE\x80", "sesame"}, errc::invalid_argument},
        {{"VISIBLE", "sesame\n"}, errc::invalid_argument},
        {{"VISIBLE", " sesame"}, errc::invalid_argument},
        {{"VISIBLE", "sesame", "TOKEN\n"}, errc::invalid_argument},
        {{"VISIBLE", "sesame", std::string_view("TOKEN\0", 6)}, errc::invalid_argument},
        {{"VISIBLE", "sesame", "TOKEN\x7F"}, errc::invalid_argument},
    };
    for (auto const& r : rows)
    {
        scripted_service service({accepted}, r.who);
        auto const e = service.create().error();
        CAPTURE(e.describe());
        CHECK(e.code == r.code);
        CHECK(e.attempts == 0);
        CHECK_FALSE(e.recommendation.empty());
        CHECK(service.wire.heads.empty());
        for (auto const* hidden : {"VISIBLE", "sesame", "TOKEN"})
            CHECK(e.describe().find(hidden) == std::string::npos);
    }
}

TEST_CASE("an operation's name and its parameters' names are checked before anything is sent")
{
    struct row
    {
        std::string_view operation;
        api_parameters parameters;
        std::string_view complaint;
    };
    row const rows[] = {
        {"", {}, "is not a name"},
        {"Get MediaInfo", {}, "is not a name"},
        {"Get\r\nx: y", {}, "is not a name"},
        {"GetMediaInfo", {{"", "x"}}, "has no name"},
        {"GetMediaInfo", {{"MediaId", "a"}, {"InputURL", "b"}, {"MediaId", "a"}}, "\"MediaId\" is given twice"},
    };
    for (auto const& r : rows)
    {
        scripted_service service({accepted});
        auto const e = service.call(r.operation, r.parameters).error();
        CAPTURE(e.describe());
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.message.find(r.complaint) != std::string::npos);
        CHECK(e.describe().find('\n') == std::string::npos);
        CHECK(service.wire.heads.empty());
    }
}
