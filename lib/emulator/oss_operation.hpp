#pragma once

#include "base/utc_time.hpp"
#include "emulator/message.hpp"
#include "emulator/object_store.hpp"
#include "emulator/oss_error.hpp"
#include "emulator/oss_route.hpp"
#include "emulator/token_registry.hpp"

#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// Where answers state a CRC-64 that some servers leave out.
struct crc_statements
{
    bool of_listed_parts = true;
    bool of_completion = true;
};

// What every operation works on; it outlives them.
struct oss_environment
{
    object_store& store;
    std::shared_ptr<clock> time;
    std::shared_ptr<random_source> random;
    token_registry& tokens;
    crc_statements crcs{};

    [[nodiscard]] utc_seconds now() const;
    [[nodiscard]] std::string random_id(std::size_t digits) const;  // upper-case hex
};

// One request, verified or about to be refused.
struct oss_request
{
    request_head head;
    parsed_target target;
    oss_location location;
    std::string id;
    token_registry::key const* signer = nullptr;  // null until the signature is verified

    [[nodiscard]] bool is_head() const noexcept { return head.method == "HEAD"; }
    // The decoded value of a query parameter; empty when there is none.
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
    [[nodiscard]] std::uint64_t announced_length() const noexcept;  // 0 when not known
};

// What all operations of OSS have in common: the headers of every answer, the form of errors, the stated CRC, and what
// faults do to a grant or an upload.
class oss_operation : public operation
{
public:
    oss_operation(oss_environment& environment, oss_request request, std::string_view operation_name);

    void inject(fault::kind what) override;
    void consume(std::span<std::byte const> block) override;  // nobody asked for a body: it is dropped
    reply finish() final;

protected:
    virtual oss_result<reply> answer() = 0;

    [[nodiscard]] std::string const& wanted_bucket() const noexcept { return request_.location.bucket; }
    [[nodiscard]] std::string const& wanted_key() const noexcept { return request_.location.key; }
    [[nodiscard]] fault::kind injected() const noexcept { return injected_; }

    oss_environment& environment_;
    oss_request request_;

private:
    void forget_upload();
    [[nodiscard]] reply refused(oss_error const& e) const;

    fault::kind injected_ = fault::kind::none;
    bool token_ended_ = false;  // by the fault
};

// A request that is refused at its head.
class refused_operation final : public oss_operation
{
public:
    refused_operation(oss_environment& environment, oss_request request, std::string_view operation_name, oss_error e);

    void inject(fault::kind /*what*/) override {}  // nothing is done, so there is nothing to do badly

private:
    oss_result<reply> answer() override;

    oss_error error_;
};

// An operation with a body that becomes bytes of an object.
class storing_operation : public oss_operation
{
public:
    storing_operation(oss_environment& environment, oss_request request, std::string_view operation_name);

    void consume(std::span<std::byte const> block) final;

protected:
    oss_result<reply> answer() final;

    // Whether it may be stored; asked before the body is looked at.
    virtual oss_refusal check() = 0;
    virtual oss_result<reply> store(received_body body) = 0;

private:
    oss_refusal check_digests(received_body const& body) const;

    std::unique_ptr<body_writer> writer_;
};

reply xml_reply(std::string body);
std::string quoted(std::string_view etag);

// ETag, CRC-64 and Content-MD5 of a body that was stored by itself.
void add_digests(reply& r, std::string_view etag, std::uint64_t crc64, std::string_view md5);

}  // namespace sluice::emulator
