#include "emulator/oss_operation.hpp"

#include "base/base64.hpp"
#include "base/hex.hpp"
#include "base/text.hpp"
#include "emulator/upload_store.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace
{

constexpr std::string_view crc_field = "x-oss-hash-crc64ecma";
constexpr int not_modified = 304;
constexpr std::uint64_t largest_object_body = 5ULL << 30U;  // 5 GiB, for a part and for an object put at once

// The fault wrong_crc: another value where one is stated.
void spoil_crc(reply& r)
{
    for (auto& [name, value] : r.fields)
    {
        if (name == crc_field)
            value = std::to_string(~parse_number<std::uint64_t>(value).value_or(0));
    }
}

oss_error body_too_large()
{
    return {.status = 400,
        .code = "EntityTooLarge",
        .message = "Your proposed upload exceeds the maximum allowed object size.",
        .details = {{"MaxSizeAllowed", std::to_string(largest_object_body)}}};
}

}  // namespace

utc_seconds oss_environment::now() const
{
    return std::chrono::floor<std::chrono::seconds>(time->now());
}

std::string oss_environment::random_id(std::size_t digits) const
{
    std::vector<std::byte> bytes(digits / 2);
    random->fill(bytes);
    auto text = to_hex(bytes);
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string_view oss_request::parameter(std::string_view name) const noexcept
{
    auto const* value = target.parameter(name);
    return value == nullptr ? std::string_view{} : std::string_view(*value);
}

std::uint64_t oss_request::announced_length() const noexcept
{
    return parse_number<std::uint64_t>(head.field("content-length")).value_or(0);
}

oss_operation::oss_operation(oss_environment& environment, oss_request request, std::string_view operation_name)
    : environment_(environment), request_(std::move(request))
{
    service = "oss";
    name = operation_name;
    bucket = request_.location.bucket;
    key = request_.location.key;
}

void oss_operation::inject(fault::kind what)
{
    injected_ = what;
    if (what == fault::kind::expire_token || what == fault::kind::expire_all_tokens)
        token_ended_ = request_.signer != nullptr && environment_.tokens.expire(request_.signer->secret.access_key_id);
    if (what == fault::kind::expire_all_tokens)
        environment_.tokens.expire_all();
    if (what == fault::kind::forget_upload)
        forget_upload();
}

void oss_operation::forget_upload()
{
    auto const id = request_.parameter("uploadId");
    if (environment_.store.uploads().find(wanted_bucket(), wanted_key(), id) != nullptr)
        (void)environment_.store.uploads().abort(std::string(id));  // a folder that cannot be written forgets nothing
}

void oss_operation::consume(std::span<std::byte const> /*block*/) {}

reply oss_operation::finish()
{
    auto answered = token_ended_ ? oss_result<reply>(security_token_expired()) : answer();
    auto r = answered ? std::move(*answered) : refused(answered.error());
    r.fields.emplace_back("x-oss-request-id", request_.id);
    r.fields.emplace_back("x-oss-server-time", "1");
    if (injected_ == fault::kind::wrong_crc)
        spoil_crc(r);
    return r;
}

reply oss_operation::refused(oss_error const& e) const
{
    reply r;
    r.status = e.status;
    r.code = e.code;
    r.fields = e.fields;
    if (!e.ec.empty())
        r.fields.emplace_back("x-oss-ec", e.ec);
    if (e.status == not_modified)
        return r;
    auto body = error_body(e, request_.id, host_name(request_.head.field("host")));
    if (request_.is_head())
    {
        r.fields.emplace_back("x-oss-err", base64_encode(body));
        return r;
    }
    r.fields.emplace_back("Content-Type", "application/xml");
    r.body = std::move(body);
    return r;
}

refused_operation::refused_operation(
    oss_environment& environment, oss_request request, std::string_view operation_name, oss_error e)
    : oss_operation(environment, std::move(request), operation_name), error_(std::move(e))
{}

oss_result<reply> refused_operation::answer()
{
    return error_;
}

storing_operation::storing_operation(oss_environment& environment, oss_request request, std::string_view operation_name)
    : oss_operation(environment, std::move(request), operation_name),
      writer_(environment.store.receive(request_.announced_length()))
{}

void storing_operation::consume(std::span<std::byte const> block)
{
    if (writer_ == nullptr)
        return;
    if (writer_->size() + block.size() > largest_object_body)
    {
        writer_.reset();  // what came so far is deleted; the rest is not kept either
        return;
    }
    if (injected() != fault::kind::corrupt_body || writer_->size() != 0 || block.empty())
    {
        writer_->write(block);
        return;
    }
    std::array const other{block.front() ^ std::byte{0xFF}};
    writer_->write(other);
    writer_->write(block.subspan(1));
}

oss_result<reply> storing_operation::answer()
{
    if (!request_.head.has_field("content-length") && !request_.head.has_field("transfer-encoding"))
        return oss_error{.status = 411,
            .code = "MissingContentLength",
            .message = "You must provide the Content-Length HTTP header."};
    if (writer_ == nullptr || request_.announced_length() > largest_object_body)
        return body_too_large();
    if (auto refusal = check())
        return *refusal;
    auto body = writer_->finish();
    if (!body)
        return storage_failed(error(errc::source_failed, "a body could not be written to the store's folder"));
    if (auto refusal = check_digests(*body))
    {
        environment_.store.discard(*body);
        return *refusal;
    }
    return store(std::move(*body));
}

oss_refusal storing_operation::check_digests(received_body const& body) const
{
    if (injected() == fault::kind::corrupt_body)  // happens after what came was found good
        return std::nullopt;

    if (auto const stated = request_.head.field("content-md5"); !stated.empty())
    {
        if (auto const md5 = base64_decode(stated); md5 != body.md5)
            return oss_error{.status = 400,
                .code = "InvalidDigest",
                .message = "The Content-MD5 you specified was invalid.",
                .details = {{"Content-MD5", std::string(stated)}}};
    }
    if (auto const stated = request_.head.field(crc_field); !stated.empty())
    {
        if (parse_number<std::uint64_t>(stated) != body.crc64)
            return oss_error{.status = 400,
                .code = "InvalidCRC64",
                .message = "The CRC-64 you specified is not that of the body.",
                .details = {{"ClientCRC64", std::string(stated)}, {"ServerCRC64", std::to_string(body.crc64)}}};
    }
    return std::nullopt;
}

reply xml_reply(std::string body)
{
    reply r;
    r.fields.emplace_back("Content-Type", "application/xml");
    r.body = std::move(body);
    return r;
}

std::string quoted(std::string_view etag)
{
    return '"' + std::string(etag) + '"';
}

void add_digests(reply& r, std::string_view etag, std::uint64_t crc64, std::string_view md5)
{
    r.fields.emplace_back("ETag", quoted(etag));
    r.fields.emplace_back(crc_field, std::to_string(crc64));
    r.fields.emplace_back("Content-MD5", base64_encode(md5));
}

}  // namespace sluice::emulator
