#include "ims/grant_decoder.hpp"

#include "base/base64.hpp"
#include "base/utc_time.hpp"
#include "grant_text.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace sluice;
using namespace sluice::ims::test;

namespace
{

// Decodes the two JSON texts, and says in one line what came out.
std::string outcome(std::string_view address_json, std::string_view auth_json)
{
    ims::grant_buffer buffer;
    auto const got = ims::decode_grant(base64_encode(address_json), base64_encode(auth_json), buffer);
    if (got)
        return "ok";
    std::string line(ims::grant_errc_name(got.error().code));
    line.append(" ").append(ims::grant_role_name(got.error().role));
    if (!got.error().field.empty())
        line.append(".").append(got.error().field);
    return line;
}

std::string address_outcome(std::string_view json)
{
    return outcome(json, good_auth);
}

// Of the good address with its endpoint replaced: the endpoint, or "refused".
std::string endpoint_of(std::string_view endpoint_json)
{
    ims::grant_buffer buffer;
    auto const address = with(good_address, R"("Endpoint":)" + std::string(endpoint_json));
    auto const got = ims::decode_grant(base64_encode(address), base64_encode(good_auth), buffer);
    if (got)
        return std::string(got->endpoint);
    CHECK(got.error().code == grant_errc::invalid_field);
    CHECK(got.error().field == "Endpoint");
    return "refused";
}

}  // namespace

TEST_CASE("a text that is not one JSON object is refused whatever else it holds")
{
    using namespace std::string_view_literals;
    static constexpr std::string_view tails[] = {
        // Each follows a complete set of good members, so that the reason is this alone.
        R"(,"x":1}} )"sv, R"(,"x":1}x)"sv, R"(,"x":1},)"sv, R"(,"x":1}{})"sv, "}\0"sv, "}\x0C"sv, "}\xC2\xA0"sv,
        R"(,})"sv, R"(,,"x":1})"sv, R"(,"x"})"sv, R"(,"x":})"sv, R"(,"x" 1})"sv, R"(,"x":1 2})"sv, R"( "x":1})"sv,
        R"(,"x":"a":"b"})"sv, R"(,"x":"a""b"})"sv, R"(,"x":"a"b})"sv, R"(,x:1})"sv, R"(,'x':1})"sv, R"(,1:1})"sv,
        R"(,null:1})"sv, R"(,"x":tru})"sv, R"(,"x":truex})"sv, R"(,"x":True})"sv, R"(,"x":nul})"sv, R"(,"x":NaN})"sv,
        R"(,"x":Infinity})"sv, R"(,"x":-})"sv, R"(,"x":+1})"sv, R"(,"x":01})"sv, R"(,"x":-01})"sv, R"(,"x":1.})"sv,
        R"(,"x":.5})"sv, R"(,"x":1e})"sv, R"(,"x":1e+})"sv, R"(,"x":1.5.5})"sv, R"(,"x":0x10})"sv, R"(,"x":[1,]})"sv,
        R"(,"x":[,1]})"sv, R"(,"x":[1 2]})"sv, R"(,"x":[1})"sv, R"(,"x":[1}})"sv, R"(,"x":{]})"sv, R"(,"x":[})"sv,
        R"(,"x":{"y"}})"sv, R"(,"x":{"y":}})"sv, R"(,"x":{"y":1,}})"sv, R"(,"x":{"y":1 "z":2}})"sv,
        R"(,"x":[[1],[tru]]})"sv, R"(,"x":[[1],{"y":[01]}]})"sv, R"(,"x":[["a":1]]})"sv,
        // lone surrogates, in values, names, and what is skipped
        R"(,"x":"\ud800"})"sv, R"(,"x":"\udc00"})"sv, R"(,"x":"\udc00\ud800"})"sv, R"(,"x":"\ud800\ud800\udc00"})"sv,
        R"(,"x":"\ud800x"})"sv, R"(,"x":"\ud800\u0041"})"sv, R"(,"\ud800":1})"sv, R"(,"\udFFF":1})"sv,
        R"(,"x":["\ud800"]})"sv, R"(,"x":{"\udc00":1}})"sv, R"(,"x":[{"y":["z","\uDBFF"]}]})"sv,
        // escapes and characters that strings don't have
        R"(,"x":"\x41"})"sv, R"(,"x":"\u12"})"sv, R"(,"x":"\u12g4"})"sv, R"(,"x":"\U0041"})"sv, R"(,"x":"\'"})"sv,
        R"(,"x":"\"})"sv, R"(,"x":["\a"]})"sv, ",\"x\":\"a\nb\"}"sv, ",\"x\":\"a\tb\"}"sv, ",\"x\":\"a\0b\"}"sv,
        ",\"x\":[\"a\x1F\"]}"sv, ",\"x\":1\x1A}"sv,
        // not UTF-8: a bare continuation, an overlong slash, a surrogate, beyond U+10FFFF, a sequence cut short
        ",\"x\":\"\x80\"}"sv, ",\"x\":\"\xC0\xAF\"}"sv, ",\"x\":\"\xED\xA0\x80\"}"sv, ",\"x\":\"\xF4\x90\x80\x80\"}"sv,
        ",\"x\":\"\xE6\xB5\"}"sv, ",\"\xFF\":1}"sv, ",\"x\":[\"\xFE\"]}"sv, "\xEF\xBB\xBF}"sv, R"(,"x":"unclosed})"sv,
        R"(,"x":1)"sv, R"(,"x":[1])"sv, ""sv};
    for (auto const tail : tails)
    {
        auto const json = std::string(good_address.substr(0, good_address.size() - 1)).append(tail);
        CAPTURE(tail);
        CHECK(address_outcome(json) == "json address");
        CHECK(
            outcome(good_address, std::string(good_auth.substr(0, good_auth.size() - 1)).append(tail)) == "json auth");
    }
}

TEST_CASE("a document that is no object is refused")
{
    using namespace std::string_view_literals;
    for (auto const json : {"[]"sv, "[{}]"sv, "1"sv, "\"{}\""sv, "null"sv, "true"sv, " "sv, "{"sv, "}"sv, "{}{}"sv,
             "\xEF\xBB\xBF"sv, "\xEF\xBB\xBF\xEF\xBB\xBF{}"sv, " \xEF\xBB\xBF{}"sv, "\0"sv, "//\n{}"sv})
    {
        CAPTURE(json);
        CHECK(address_outcome(json) == "json address");
    }
}

TEST_CASE("unknown members of any kind and depth are passed over")
{
    std::string const deep(20000, '[');
    std::string const closed(20000, ']');
    for (auto const& member : {std::string(R"("x":null)"), std::string(R"("x":[true,false,null,{"y":[{}]}])"),
             std::string(R"("x":123456789012345678901234567890)"), std::string(R"("x":-1.25E+400)"),
             std::string(R"("":{"":""})"), std::string(R"("x":"\ud83c\udfac\"\\\/\b\f\n\r\t")"),
             std::string(R"("endpoint":1,"ENDPOINT":2,"Endpoint ":3)"),
             std::string("\"x\":").append(deep).append(closed), std::string(R"("x":{"Endpoint":1,"Bucket":null})"),
             std::string("\"x\":\"\x7F\xC2\x80\"")})
    {
        CAPTURE(member.substr(0, 100));
        CHECK(outcome(with(good_address, member), with(good_auth, member)) == "ok");
    }
}

TEST_CASE("the first field that is wrong is named with its role and its reason")
{
    struct row
    {
        std::string_view address, auth, expect;
    };
    static constexpr row rows[] = {
        {R"("Endpoint":null)", "", "missing_field address.Endpoint"},
        {R"("Endpoint":"")", "", "missing_field address.Endpoint"},
        {R"("Endpoint":{})", "", "wrong_type address.Endpoint"},
        {R"("Endpoint":["https://a"])", "", "wrong_type address.Endpoint"},
        {R"("Bucket":0)", "", "wrong_type address.Bucket"},
        {R"("Bucket":false)", "", "wrong_type address.Bucket"},
        {R"("Bucket":"a b")", "", "invalid_field address.Bucket"},
        {R"("Bucket":"\u00e9")", "", "invalid_field address.Bucket"},
        {R"("FileName":"a\u0000b")", "", "invalid_field address.FileName"},
        {R"("FileName":"a\r\nHost: b")", "", "invalid_field address.FileName"},
        {R"("FileName":"a\u007f")", "", "invalid_field address.FileName"},
        {R"("FileName":null)", R"("AccessKeyId":null)", "missing_field address.FileName"},
        {"", R"("AccessKeyId":"a\tb")", "invalid_field auth.AccessKeyId"},
        {"", R"("AccessKeyId":"")", "missing_field auth.AccessKeyId"},
        {"", R"("AccessKeySecret":" ")", "invalid_field auth.AccessKeySecret"},
        {"", R"("AccessKeySecret":[])", "wrong_type auth.AccessKeySecret"},
        {"", R"("SecurityToken":"a\u0000")", "invalid_field auth.SecurityToken"},
        {"", R"("SecurityToken":"a\r\nx-oss-acl: public-read")", "invalid_field auth.SecurityToken"},
        {"", R"("SecurityToken":"\u0080")", "invalid_field auth.SecurityToken"},
        {"", R"("SecurityToken":0.0)", "wrong_type auth.SecurityToken"},
        {"", R"("SecurityToken":"a b","AccessKeyId":1)", "wrong_type auth.AccessKeyId"},
        {R"("Bucket":"\u0020")", R"("AccessKeyId":1)", "invalid_field address.Bucket"},
    };
    for (auto const& r : rows)
    {
        auto const address = r.address.empty() ? std::string(good_address) : with(good_address, r.address);
        auto const auth = r.auth.empty() ? std::string(good_auth) : with(good_auth, r.auth);
        CAPTURE(r.expect);
        CHECK(outcome(address, auth) == r.expect);
        CHECK(outcome(auth, address) == r.expect);  // exchanged: the role is named
    }
}

TEST_CASE("an endpoint is a scheme, a host and a port, and nothing more")
{
    struct row
    {
        std::string_view json, expect;
    };
    static constexpr row rows[] = {
        {R"("oss-cn-beijing.aliyuncs.com")", "https://oss-cn-beijing.aliyuncs.com"},
        {R"("a")", "https://a"},
        {R"("http://a")", "http://a"},
        {R"("HTTP://A.Example.COM:80/")", "http://a.example.com:80"},
        {R"("hTTps://A:443")", "https://a:443"},
        {R"("a:65535")", "https://a:65535"},
        {R"("a:00080/")", "https://a:80"},
        {R"("127.0.0.1:9000")", "https://127.0.0.1:9000"},
        {R"("\u0068ttps:\/\/A\u002ecom\/")", "https://a.com"},
        {R"("https://a//")", "refused"},
        {R"("https://a/b")", "refused"},
        {R"("https://a/?x")", "refused"},
        {R"("https://a?x")", "refused"},
        {R"("https://a#x")", "refused"},
        {R"("https://user@a")", "refused"},
        {R"("https://user:pw@a")", "refused"},
        {R"("https://a:")", "refused"},
        {R"("https://a:0")", "refused"},
        {R"("https://a:65536")", "refused"},
        {R"("https://a:-1")", "refused"},
        {R"("https://a:+1")", "refused"},
        {R"("https://a:80:80")", "refused"},
        {R"("https://a: 80")", "refused"},
        {R"("https://[::1]")", "refused"},
        {R"("https://[::1]:80")", "refused"},
        {R"("https://")", "refused"},
        {R"("https:///")", "refused"},
        {R"("https://:80")", "refused"},
        {R"("/")", "refused"},
        {R"("://a")", "refused"},
        {R"("//a")", "refused"},
        {R"("ftp://a")", "refused"},
        {R"("https:/a")", "refused"},
        {R"("https://https://a")", "refused"},
        {R"(" https://a")", "refused"},
        {R"("https://a ")", "refused"},
        {R"("https://a_b")", "refused"},
        {R"("https://a%2eb")", "refused"},
        {R"("https://a\u0000.b")", "refused"},
        {R"("https://a\r\n")", "refused"},
        {R"("https://\u6d41.com")", "refused"},
        {R"("https://a\\b")", "refused"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.json);
        CHECK(endpoint_of(r.json) == r.expect);
    }
}

TEST_CASE("names with escapes are the names they spell")
{
    CHECK(address_outcome(R"({"\u0045ndpoint":"a","B\u0075cket":"b","FileNam\u0065":"c"})") == "ok");
    CHECK(address_outcome(with(good_address, R"("Buc\u006bet":5)")) == "wrong_type address.Bucket");
    CHECK(address_outcome(R"({"Endpoint\u0000":"a","Bucket":"b","FileName":"c"})") == "missing_field address.Endpoint");
    CHECK(address_outcome(R"({"Endpoint\"":"a","Bucket":"b","FileName":"c"})") == "missing_field address.Endpoint");
}

TEST_CASE("of several members of one name the last counts, whatever it is")
{
    CHECK(address_outcome(with(good_address, R"("Bucket":"","Bucket":"b")")) == "ok");
    CHECK(address_outcome(with(good_address, R"("Bucket":"b","Bucket":null)")) == "missing_field address.Bucket");
    CHECK(address_outcome(with(good_address, R"("Bucket":1,"Bucket":"b c")")) == "invalid_field address.Bucket");
}

TEST_CASE("strings lose their escapes, and only their escapes")
{
    ims::grant_buffer buffer;
    auto const address = with(good_address, R"("FileName":"\u6d41\/\ud83c\udfac\"\\u0041.mp4")");
    auto const auth = with(good_auth, R"("SecurityToken":"a\/b\u002Bc\\n","Expiration":"\u0033600.5")");
    auto const got = ims::decode_grant(base64_encode(address), base64_encode(auth), buffer);
    REQUIRE(got.has_value());
    CHECK(got->object_key == "\xE6\xB5\x81/\xF0\x9F\x8E\xAC\"\\u0041.mp4");
    CHECK(got->security_token == "a/b+c\\n");
    CHECK(got->expires_in == std::chrono::seconds(3600));
}

TEST_CASE("exchanged places are put right only when both texts tell so")
{
    struct row
    {
        std::string_view address, auth, expect;
    };
    static constexpr row rows[] = {
        {good_auth, good_address, "ok"},
        {good_auth, good_auth, "missing_field address.Endpoint"},
        {good_address, good_address, "missing_field auth.AccessKeyId"},
        {R"({"AccessKeyId":"a"})", R"({"Endpoint":"a"})", "missing_field address.Bucket"},
        {R"({"AccessKeyId":null})", R"({"Endpoint":null})", "missing_field address.Endpoint"},
        {R"({"AccessKeyId":"a"})", R"({"Endpoint":"a","AccessKeyId":"b"})", "missing_field address.Endpoint"},
        {R"({"AccessKeyId":"a","Endpoint":"b"})", R"({"Endpoint":"a"})", "missing_field address.Bucket"},
        {"{}", good_address, "missing_field address.Endpoint"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.address);
        CAPTURE(r.auth);
        CHECK(outcome(r.address, r.auth) == r.expect);
    }
}

TEST_CASE("each text may have 65536 characters, blanks included, and no more")
{
    auto const auth = base64_encode(good_auth);
    auto const fill = [](std::string text, std::size_t size) { return text.append(size - text.size(), '\n'); };
    auto const address = base64_encode(good_address);
    CHECK(decode_upload_grant(fill(address, 65536), fill(auth, 65536)).has_value());
    CHECK(decode_upload_grant(fill(address, 65537), auth).error().code == grant_errc::too_large);
    CHECK(decode_upload_grant(address, fill(auth, 65537)).error().code == grant_errc::too_large);
    CHECK(decode_upload_grant(std::string(70000, '!'), "").error().resource == "address");
    CHECK(decode_upload_grant("!", std::string(70000, '!')).error().code == grant_errc::base64);
}

TEST_CASE("the public error names what is wrong and shows nothing of the texts")
{
    auto const auth = base64_encode(with(good_auth, R"("SecurityToken":null)"));
    auto const e = decode_upload_grant(base64_encode(good_address), auth).error();
    CHECK(e.code == grant_errc::missing_field);
    CHECK(e.message == "UploadAuth: field SecurityToken is missing");
    CHECK(e.resource == "auth.SecurityToken");
    CHECK(e.attempts == 0);

    for (std::string_view const spoiled : {R"("AccessKeySecret":"SECRET\n")", R"("SecurityToken":"TOKEN\n")"})
    {
        auto const line = decode_upload_grant(base64_encode(good_address), base64_encode(with(good_auth, spoiled)))
                              .error()
                              .describe();
        CAPTURE(line);
        CHECK(line.find("SECRET") == std::string::npos);
        CHECK(line.find("TOKEN") == std::string::npos);
    }
}

TEST_CASE("a public grant holds all that the fields say")
{
    auto const grant = decode_upload_grant(base64_encode(good_auth), base64_encode(good_address)).value();
    CHECK(grant.endpoint == "https://oss-cn-shanghai.aliyuncs.com");
    CHECK(grant.bucket == "outin-1");
    CHECK(grant.object_key == "stream/a/b.mp4");
    CHECK(grant.region == "cn-shanghai");
    CHECK(grant.credentials.access_key_id == "STS.ID");
    CHECK(grant.credentials.access_key_secret.reveal() == "SECRET");
    CHECK(grant.credentials.security_token.reveal() == "TOKEN/a+b==");
    CHECK(grant.expires_in == std::chrono::seconds(3000));
    CHECK(grant.expire_utc == parse_iso8601("2026-03-30T09:05:30Z"));
    CHECK(grant.swapped);
}

TEST_CASE("one buffer serves one grant after another, larger and smaller")
{
    ims::grant_buffer buffer;
    auto const auth = base64_encode(good_auth);
    for (std::size_t const size : {1U, 5000U, 3U, 40000U, 1U})
    {
        auto const key = std::string(size, 'k');
        auto const address = with(good_address, R"("FileName":")" + key + "\"");
        auto const got = ims::decode_grant(base64_encode(address), auth, buffer);
        REQUIRE(got.has_value());
        CHECK(got->object_key == key);
        CHECK_FALSE(ims::decode_grant("!", auth, buffer).has_value());
    }
}

TEST_CASE("a grant that is cut short anywhere is refused")
{
    ims::grant_buffer buffer;
    auto const address = base64_encode(good_address);
    auto const auth = base64_encode(good_auth);
    for (std::size_t size = 0; size < auth.size(); ++size)
    {
        // Without the padding and the last spare bits nothing is lost.
        auto const digits = auth.find('=');
        auto const whole = size >= std::min(digits, auth.size()) && size != digits + 1;
        CAPTURE(size);
        CHECK(ims::decode_grant(address, std::string_view(auth).substr(0, size), buffer).has_value() == whole);
    }
    for (std::size_t size = 0; size < good_address.size(); ++size)
    {
        CAPTURE(size);
        CHECK(outcome(good_address.substr(0, size), good_auth).ends_with(" address"));
    }
}

TEST_CASE("no byte that is changed brings the decoder down")
{
    std::mt19937 random(20260330);  // the same changes in every run
    auto const flip = [&random](std::string text) {
        auto& byte = text[random() % text.size()];
        byte = static_cast<char>(byte ^ static_cast<char>(1 + random() % 255));
        return text;
    };
    std::string const rich = with(with(good_address, R"("x":[{"y":["\ud83c\udfac",-1.5e3,null]},{}])"), R"("z":"\\")");
    unsigned refused = 0;
    unsigned taken = 0;
    ims::grant_buffer buffer;
    for (unsigned round = 0; round < 20000; ++round)
    {
        auto const address = round % 2 == 0 ? base64_encode(flip(rich)) : flip(base64_encode(rich));
        auto const got = ims::decode_grant(address, base64_encode(good_auth), buffer);
        ++(got ? taken : refused);
        if (!got)
            CHECK(got.error().role == ims::grant_role::address);
    }
    CHECK(refused > 1000);
    CHECK(taken > 1000);
}
