#include "emulator/oss_auth_calls.hpp"

#include "base/percent.hpp"
#include "base/utc_time.hpp"
#include "sign/oss_v1.hpp"
#include "sign/oss_v4.hpp"

#include <doctest/doctest.h>

namespace sluice::test
{

void set_field(emulator::request_head& head, std::string_view name, std::string_view value)
{
    for (auto& [n, v] : head.fields)
    {
        if (n == name)
            v = value;
    }
}

void replace(std::string& text, std::string_view from, std::string_view to)
{
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

std::string authorization_of(emulator::request_head const& head)
{
    return std::string(head.field("authorization"));
}

std::string presigned_v4(oss_client const& oss, std::string const& method, std::chrono::seconds life,
    credentials const& key, pair_list const& more)
{
    auto const timestamp = format_iso8601_basic(std::chrono::floor<std::chrono::seconds>(oss.clock->now()));
    sign::oss_v4::scope const scope{std::string_view(timestamp).substr(0, 8), test_region, "oss"};
    std::vector<sign::field_view> const query(more.begin(), more.end());
    sign::oss_v4::request const request{method, test_bucket, "a b", query, {}, {}};
    auto const added = sign::oss_v4::presign(request, timestamp, scope, key.access_key_id, key.security_token.reveal(),
        life, sign::oss_v4::derive_key(key.access_key_secret.reveal(), scope));
    std::string target = "/a%20b?";
    for (auto const& [name, value] : more)
        target += name + '=' + uri_encode(value, slash::escape) + '&';
    for (auto const& [name, value] : added)
        target += name + '=' + uri_encode(value, slash::escape) + '&';
    return target;
}

std::string presigned_v1(
    oss_client const& oss, std::string const& method, std::chrono::seconds life, credentials const& key)
{
    sign::oss_v1::request const request{method, test_bucket, "a b", {}, {}};
    auto const end = std::chrono::floor<std::chrono::seconds>(oss.clock->now()) + life;
    std::string target = "/a%20b?";
    for (auto const& [name, value] : sign::oss_v1::presign(
             request, end, key.access_key_id, key.access_key_secret.reveal(), key.security_token.reveal()))
        target += name + '=' + uri_encode(value, slash::escape) + '&';
    return target;
}

oss_answer follow(oss_client& oss, std::string const& method, std::string const& target)
{
    emulator::request_head head;
    head.method = method;
    head.target = target;
    head.fields = {{"Host", std::string(test_bucket) + ".oss-cn-shanghai.aliyuncs.com"}, {"Content-Length", "5"}};
    return oss.send(head, method == "PUT" ? "hello" : "");
}

emulator::request_head v1_head(oss_client const& oss, std::string const& date_field, std::string const& date)
{
    emulator::request_head head;
    head.method = "PUT";
    head.target = "/a%20b";
    head.fields = {{"Host", std::string(test_bucket) + ".oss-cn-shanghai.aliyuncs.com"}, {"Content-Length", "5"}};
    if (!date_field.empty())
        head.fields.emplace_back(date_field, date);
    std::vector<sign::field_view> const fields(head.fields.begin(), head.fields.end());
    sign::oss_v1::request const request{head.method, test_bucket, "a b", {}, fields};
    head.fields.emplace_back("Authorization",
        sign::oss_v1::authorization(request, oss.account.access_key_id, oss.account.access_key_secret.reveal()));
    return head;
}

}  // namespace sluice::test
