#include "signed_call.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/hex.hpp"
#include "base/nonce.hpp"
#include "base/percent.hpp"
#include "base/utc_time.hpp"
#include "sign/acs3.hpp"

#include <simdjson.h>

#include <algorithm>

namespace sluice::test
{

void counting_random::fill(std::span<std::byte> bytes)
{
    auto value = ++next_;
    for (auto& b : bytes)
    {
        b = static_cast<std::byte>(value & 0xFF);
        value = value * 1664525U + 1013904223U;
    }
}

std::string body_digest(std::string_view body)
{
    return to_hex(sha256(body));
}

credentials account(std::string_view token)
{
    credentials c;
    c.access_key_id = "account-id";
    c.access_key_secret = "account-secret";
    c.security_token = token;
    return c;
}

api_call::api_call(std::string_view action, pairs parameters, system_time now) : query(std::move(parameters))
{
    headers = {{"host", "ice.cn-shanghai.aliyuncs.com"}, {"x-acs-version", "2020-11-09"},
        {"x-acs-action", std::string(action)},
        {"x-acs-date", format_iso8601(std::chrono::floor<std::chrono::seconds>(now))},
        {"x-acs-signature-nonce", make_nonce(*system_random())}, {"x-acs-content-sha256", body_digest("")}};
}

void api_call::set(std::string_view header, std::string_view value)
{
    auto const found = std::ranges::find(headers, header, &pairs::value_type::first);
    if (found == headers.end())
        headers.emplace_back(header, value);
    else
        found->second = value;
}

void api_call::remove(std::string_view header)
{
    std::erase_if(headers, [&](auto const& h) { return h.first == header; });
}

emulator::request_head api_call::signed_head() const
{
    std::vector<sign::field_view> const query_views(query.begin(), query.end());
    std::vector<sign::field_view> const header_views(headers.begin(), headers.end());
    auto const digest = body_digest(body);

    emulator::request_head head;
    head.method = method;
    head.target = "/";
    for (auto const& [name, value] : query)
        head.target += (head.target == "/" ? "?" : "&") + name + "=" + uri_encode(value, slash::escape);
    head.fields = headers;
    head.fields.emplace_back("Authorization",
        sign::acs3::authorization({method, "/", query_views, header_views, digest}, access_key_id, access_key_secret));
    return head;
}

std::string serve(emulator::service& s, api_call const& call, int* status)
{
    auto const head = call.signed_head();
    auto const operation = s.begin(head);
    operation->consume(as_bytes(call.body));
    auto reply = operation->finish();
    if (status != nullptr)
        *status = reply.status;
    return reply.body;
}

std::string member(std::string_view json, std::string_view name)
{
    simdjson::dom::parser parser;
    std::string_view value;
    simdjson::padded_string const text(json);
    return parser.parse(text)[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

std::string decode_member(std::string_view json, std::string_view name, std::string_view inner)
{
    auto const text = base64_decode(member(json, name));
    return text ? member(*text, inner) : std::string();
}

}  // namespace sluice::test
