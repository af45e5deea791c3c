#include "emulator/acs3_verifier.hpp"

#include "base/percent.hpp"
#include "base/utc_time.hpp"
#include "signed_call.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace sluice;
using namespace sluice::emulator;
using namespace std::chrono_literals;

namespace
{

system_time at(std::string_view date)
{
    return *parse_iso8601(date);
}

struct vector_call
{
    request_head head;
    std::string body;
    credentials signer;
};

// What the vendor's client would have put on the wire.
vector_call read_vector(simdjson::dom::element row)
{
    vector_call v;
    v.head.method = test::text(row, "method");
    v.head.target = test::text(row, "official_request_target");
    if (v.head.target.empty())
    {
        v.head.target = "/";
        for (auto const& [name, value] : test::fields(row, "query"))
            v.head.target += (v.head.target == "/" ? "?" : "&") + uri_encode(name, slash::escape) + "=" +
                             uri_encode(value, slash::escape);
    }
    for (auto const& [name, value] : test::fields(row, "headers"))
        v.head.fields.emplace_back(name, value);
    v.head.fields.emplace_back("Authorization", test::text(row, "authorization"));
    v.body = test::text(row, "body");
    v.signer.access_key_id = test::text(row, "access_key_id");
    v.signer.access_key_secret = test::text(row, "access_key_secret");
    v.signer.security_token = test::text(row, "security_token");
    return v;
}

std::string code_for(vector_call const& v, system_time now)
{
    auto const clock = std::make_shared<manual_clock>(now);
    token_registry const tokens(v.signer, clock, std::make_shared<test::counting_random>());
    acs3_verifier verifier(tokens, clock);
    auto const target = parse_target(v.head.target);
    REQUIRE(target);
    auto const outcome = verifier.verify(v.head, *target, test::body_digest(v.body));
    CHECK((outcome.signer == nullptr) == outcome.refusal.has_value());
    return outcome.refusal ? outcome.refusal->code : std::string();
}

std::string& field_of(request_head& head, std::string_view name)
{
    auto const found = std::ranges::find(head.fields, name, [](auto const& f) { return f.first; });
    REQUIRE(found != head.fields.end());
    return found->second;
}

struct verifying
{
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(at("2026-03-30T08:15:30Z"));
    token_registry tokens;
    acs3_verifier verifier{tokens, clock};

    explicit verifying(std::string_view token = {})
        : tokens(test::account(token), clock, std::make_shared<test::counting_random>())
    {}

    std::optional<ims_refusal> refusal(request_head const& head, std::string_view body = {})
    {
        return verifier.verify(head, *parse_target(head.target), test::body_digest(body)).refusal;
    }

    std::string code(request_head const& head, std::string_view body = {})
    {
        auto const why = refusal(head, body);
        return why ? why->code : std::string();
    }

    test::api_call call() const { return {"CreateUploadStream", {{"Definition", "HD"}}, clock->now()}; }
};

}  // namespace

TEST_CASE("the emulator accepts every signature of the vendor's signer")
{
    test::vectors const file("acs3.json");
    for (auto const row : file.cases("vectors"))
    {
        CAPTURE(test::text(row, "name"));
        CHECK(code_for(read_vector(row), at("2026-03-30T08:20:00Z")).empty());
    }
}

TEST_CASE("the emulator refuses a vendor's signature once anything that is signed has changed")
{
    struct row
    {
        std::string_view what;
        std::function<void(vector_call&)> change;
        std::string_view code;
    };
    row const rows[] = {
        {"method", [](auto& v) { v.head.method = "PUT"; }, "SignatureDoesNotMatch"},
        {"path", [](auto& v) { v.head.target.insert(1, "x"); }, "SignatureDoesNotMatch"},
        {"query", [](auto& v) { v.head.target += "&Added=1"; }, "SignatureDoesNotMatch"},
        {"body", [](auto& v) { v.body += "x"; }, "SignatureDoesNotMatch"},
        {"host", [](auto& v) { field_of(v.head, "host") += ":1"; }, "SignatureDoesNotMatch"},
        {"action", [](auto& v) { field_of(v.head, "x-acs-action") = "Other"; }, "SignatureDoesNotMatch"},
        {"nonce", [](auto& v) { field_of(v.head, "x-acs-signature-nonce") += "0"; }, "SignatureDoesNotMatch"},
        {"date", [](auto& v) { field_of(v.head, "x-acs-date") = "2026-03-30T08:15:31Z"; }, "SignatureDoesNotMatch"},
        {"digest", [](auto& v) { field_of(v.head, "x-acs-content-sha256")[0] ^= 1; }, "SignatureDoesNotMatch"},
        {"signature", [](auto& v) { field_of(v.head, "Authorization").back() ^= 1; }, "SignatureDoesNotMatch"},
        {"secret", [](auto& v) { v.signer.access_key_secret = "other"; }, "SignatureDoesNotMatch"},
        {"key id", [](auto& v) { v.signer.access_key_id = "other"; }, "InvalidAccessKeyId.NotFound"},
        {"another signed header", [](auto& v) { v.head.fields.emplace_back("X-Acs-Added", "1"); },
            "IncompleteSignature"},
        {"a content type", [](auto& v) { v.head.fields.emplace_back("Content-Type", "text/plain"); },
            "IncompleteSignature"},
        {"a second host", [](auto& v) { v.head.fields.emplace_back("Host", "evil"); }, "SignatureDoesNotMatch"},
        {"a header that was signed is gone",
            [](auto& v) { std::erase_if(v.head.fields, [](auto& f) { return f.first == "x-acs-version"; }); },
            "IncompleteSignature"},
    };
    test::vectors const file("acs3.json");
    auto const first = *file.cases("vectors").begin();
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        auto v = read_vector(first);
        r.change(v);
        CHECK(code_for(v, at("2026-03-30T08:15:30Z")) == r.code);
    }
}

TEST_CASE("a request with a missing or malformed part is refused by the name of that part")
{
    struct row
    {
        std::string_view header, value, code;
    };
    static constexpr row rows[] = {
        {"Authorization", "", "MissingAccessKeyId"},
        {"Authorization", "ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=b", "IncompleteSignature"},
        {"Authorization", "ACS3-HMAC-SHA256 Credential=a,Signature=b", "IncompleteSignature"},
        {"Authorization", "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=b", "IncompleteSignature"},
        {"Authorization", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=b,More=c", "IncompleteSignature"},
        {"Authorization", "nonsense", "IncompleteSignature"},
        {"x-acs-date", "", "MissingTimestamp"},
        {"x-acs-date", "2026-03-30 08:15:30", "InvalidTimeStamp.Format"},
        {"x-acs-date", "2026-03-30T08:15:30.000Z", "InvalidTimeStamp.Format"},
        {"x-acs-date", "2026-02-30T08:15:30Z", "InvalidTimeStamp.Format"},
        {"x-acs-signature-nonce", "", "MissingSignatureNonce"},
        {"x-acs-content-sha256", "", "MissingContentSha256"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.header);
        CAPTURE(r.value);
        verifying v;
        auto head = v.call().signed_head();
        field_of(head, r.header) = r.value;
        CHECK(v.code(head) == r.code);
    }
}

TEST_CASE("a date is accepted within fifteen minutes either way")
{
    struct row
    {
        std::chrono::seconds off;
        std::string_view code;
    };
    static constexpr row rows[] = {
        {-901s, "InvalidTimeStamp.Expired"}, {-900s, ""}, {0s, ""}, {900s, ""}, {901s, "InvalidTimeStamp.Expired"}};
    for (auto const& r : rows)
    {
        CAPTURE(r.off.count());
        verifying v;
        test::api_call const call("GetMediaInfo", {}, v.clock->now() + r.off);
        CHECK(v.code(call.signed_head()) == r.code);
    }
}

TEST_CASE("a nonce serves once, for as long as its date can be accepted")
{
    verifying v;
    test::api_call call("GetMediaInfo", {}, v.clock->now() + 15min);
    auto const head = call.signed_head();
    CHECK(v.code(head).empty());
    CHECK(v.code(head) == "SignatureNonceUsed");
    v.clock->advance(30min);
    CHECK(v.code(head) == "SignatureNonceUsed");
    v.clock->advance(1s);
    CHECK(v.code(head) == "InvalidTimeStamp.Expired");
}

TEST_CASE("a nonce is not used up by a request with a wrong signature")
{
    verifying v;
    auto const head = v.call().signed_head();
    auto forged = head;
    field_of(forged, "Authorization").back() ^= 1;
    CHECK(v.code(forged) == "SignatureDoesNotMatch");
    CHECK(v.code(head).empty());
}

TEST_CASE("a temporary account key demands its security token")
{
    verifying v("the-token");
    auto call = v.call();
    CHECK(v.code(call.signed_head()) == "MissingSecurityToken");
    call.use_token("another");
    CHECK(v.code(call.signed_head()) == "InvalidSecurityToken.MismatchWithAccessKey");
    call.use_token("the-token");
    CHECK(v.code(call.signed_head()).empty());
}

TEST_CASE("a lasting account key goes with no token at all")
{
    verifying v;
    auto call = v.call();
    call.use_token("surplus");
    CHECK(v.code(call.signed_head()) == "InvalidSecurityToken.MismatchWithAccessKey");
}

TEST_CASE("an issued key is good until it expires")
{
    verifying v;
    auto const issued = v.tokens.issue("bucket", "key", 60s);
    auto call = v.call();
    call.access_key_id = issued.secret.access_key_id;
    call.access_key_secret = issued.secret.access_key_secret.reveal();
    call.use_token(issued.secret.security_token.reveal());
    CHECK(v.code(call.signed_head()).empty());
    v.clock->advance(60s);
    CHECK(v.code(call.signed_head()) == "InvalidSecurityToken.Expired");
}

TEST_CASE("a body is accepted with its own digest, and refused with another's")
{
    verifying v;
    auto call = v.call();
    call.body = "MediaId=1";
    call.set("content-type", "application/x-www-form-urlencoded");
    CHECK(v.code(call.signed_head(), call.body) == "SignatureDoesNotMatch");
    call.set("x-acs-content-sha256", test::body_digest(call.body));
    call.set("x-acs-signature-nonce", "another");
    CHECK(v.code(call.signed_head(), call.body).empty());
}

TEST_CASE("a mismatch tells the string to sign, and nothing behind it")
{
    verifying v;
    auto call = v.call();
    call.access_key_secret = "wrong";
    auto const why = v.refusal(call.signed_head());
    REQUIRE(why);
    constexpr std::string_view start =
        "Specified signature is not matched with our calculation. server string to sign is:ACS3-HMAC-SHA256\n";
    CHECK(why->status == 400);
    CHECK(why->message.starts_with(start));
    CHECK(why->message.size() == start.size() + 64);
}
