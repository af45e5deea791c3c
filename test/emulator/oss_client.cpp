#include "emulator/oss_client.hpp"

#include "base/base64.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "base/xml.hpp"
#include "emulator/opened_store.hpp"
#include "sign/oss_v4.hpp"

#include <algorithm>
#include <random>

namespace sluice::test
{

namespace
{

constexpr system_time start = std::chrono::sys_days{std::chrono::year{2026} / 3 / 30} + std::chrono::hours{8};

class seeded_random final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override
    {
        std::ranges::generate(bytes, [&] { return static_cast<std::byte>(engine_()); });
    }

private:
    std::mt19937 engine_{20260330};
};

credentials account_key()
{
    credentials key;
    key.access_key_id = "AKIDEXAMPLE";
    key.access_key_secret = "testsecret";
    return key;
}

std::string target_of(oss_call const& c)
{
    std::string target = "/" + uri_encode(c.key, slash::keep);
    char separator = '?';
    for (auto const& [name, value] : c.query)
    {
        target += separator + uri_encode(name, slash::escape);
        if (!value.empty())
            target += '=' + uri_encode(value, slash::escape);
        separator = '&';
    }
    return target;
}

}  // namespace

std::string oss_answer::field(std::string_view name) const
{
    auto const found =
        std::ranges::find_if(reply.fields, [&](auto const& f) { return equal_ignoring_case(f.first, name); });
    return found == reply.fields.end() ? std::string() : found->second;
}

std::string oss_answer::code() const
{
    auto const hidden = base64_decode(field("x-oss-err")).value_or("");
    auto const document = xml_document::parse(hidden.empty() ? reply.body : hidden);
    if (!document || document->root_name() != "Error")
        return {};
    return document->root().text("Code").value_or("");
}

std::string oss_answer::element(std::string_view name) const
{
    auto const document = xml_document::parse(reply.body);
    return document ? document->root().text(name).value_or("") : std::string();
}

oss_client::oss_client(std::string folder, emulator::crc_statements crcs)
    : account(account_key()),
      clock(std::make_shared<manual_clock>(start)),
      random(std::make_shared<seeded_random>()),
      store(open_store(std::move(folder))),
      tokens(account, clock, random),
      service(*store, tokens, clock, random, {{}, test_region, crcs})
{}

emulator::request_head oss_client::signed_head(oss_call const& c, credentials const& key) const
{
    emulator::request_head head;
    head.method = c.method;
    head.target = target_of(c);
    auto const now = std::chrono::floor<std::chrono::seconds>(clock->now());
    auto const timestamp = format_iso8601_basic(now);
    head.fields = {{"Host", c.bucket + ".oss-cn-shanghai.aliyuncs.com"}, {"x-oss-date", timestamp},
        {"x-oss-content-sha256", "UNSIGNED-PAYLOAD"}};
    if (!key.security_token.empty())
        head.fields.emplace_back("x-oss-security-token", key.security_token.reveal());
    if (!c.body.empty() || c.method == "PUT" || c.method == "POST")
        head.fields.emplace_back("Content-Length", std::to_string(c.body.size()));
    head.fields.insert(head.fields.end(), c.fields.begin(), c.fields.end());
    head.arrived = clock->now();

    sign::oss_v4::scope const scope{std::string_view(timestamp).substr(0, 8), test_region, "oss"};
    std::vector<sign::field_view> const query(c.query.begin(), c.query.end());
    std::vector<sign::field_view> const fields(head.fields.begin(), head.fields.end());
    sign::oss_v4::request const request{c.method, c.bucket, c.key, query, fields, {}};
    head.fields.emplace_back("Authorization", sign::oss_v4::authorization(request, timestamp, scope, key.access_key_id,
                                                  sign::oss_v4::derive_key(key.access_key_secret.reveal(), scope)));
    return head;
}

oss_answer oss_client::call(oss_call const& c, emulator::fault::kind injected)
{
    return send(signed_head(c), c.body, injected);
}

oss_answer oss_client::send(emulator::request_head const& head, std::string_view body, emulator::fault::kind injected)
{
    auto const operation = service.begin(head);
    operation->inject(injected);
    constexpr std::size_t block = 50'000;  // so that larger bodies come in several
    auto const bytes = std::as_bytes(std::span(body.data(), body.size()));
    for (std::size_t offset = 0; offset < bytes.size(); offset += block)
        operation->consume(bytes.subspan(offset, std::min(block, bytes.size() - offset)));
    return {operation->finish()};
}

oss_answer oss_client::put(std::string const& key, std::string const& body, pair_list const& fields)
{
    return call({.method = "PUT", .key = key, .fields = fields, .body = body});
}

std::string oss_client::initiate(std::string const& key, pair_list const& fields)
{
    auto const answer = call({.method = "POST", .key = key, .query = {{"uploads", ""}}, .fields = fields});
    return answer.element("UploadId");
}

oss_answer oss_client::upload_part(
    std::string const& key, std::string const& upload_id, std::string const& number, std::string const& body)
{
    return call(
        {.method = "PUT", .key = key, .query = {{"partNumber", number}, {"uploadId", upload_id}}, .body = body});
}

oss_answer oss_client::complete(std::string const& key, std::string const& upload_id,
    std::vector<std::pair<unsigned, std::string>> const& parts, pair_list const& fields)
{
    std::string body = "<CompleteMultipartUpload>";
    for (auto const& [number, etag] : parts)
        body += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" + etag + "</ETag></Part>";
    body += "</CompleteMultipartUpload>";
    return call({.method = "POST", .key = key, .query = {{"uploadId", upload_id}}, .fields = fields, .body = body});
}

}  // namespace sluice::test
