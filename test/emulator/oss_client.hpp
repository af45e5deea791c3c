#pragma once

#include "base/crc64.hpp"
#include "emulator/object_store.hpp"
#include "emulator/oss_service.hpp"
#include "emulator/token_registry.hpp"

#include <sluice/clock.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::test
{

constexpr char const* test_bucket = "media-bucket";
constexpr char const* test_region = "cn-shanghai";

// As the header x-oss-hash-crc64ecma says it.
inline std::string crc_of(std::string_view text)
{
    return std::to_string(crc64(0, as_bytes(text)));
}

using pair_list = std::vector<std::pair<std::string, std::string>>;

// A request as a test states it; V4 is added when it is sent.
struct oss_call
{
    std::string method;
    std::string key;
    pair_list query{};
    pair_list fields{};
    std::string body{};
    std::string bucket = test_bucket;
};

struct oss_answer
{
    emulator::reply reply;

    [[nodiscard]] int status() const { return reply.status; }
    [[nodiscard]] std::string field(std::string_view name) const;    // empty: there is none
    [[nodiscard]] std::string code() const;                          // of the Error in the body or in x-oss-err
    [[nodiscard]] std::string element(std::string_view name) const;  // a child of the root of the body
};

// OSS without a network, and a client of it with the account's key.
class oss_client
{
public:
    explicit oss_client(std::string folder = {}, emulator::crc_statements crcs = {});

    oss_answer call(oss_call const& c, emulator::fault::kind injected = emulator::fault::kind::none);
    oss_answer send(emulator::request_head const& head, std::string_view body,
        emulator::fault::kind injected = emulator::fault::kind::none);

    // A request with its headers signed by `key`.
    [[nodiscard]] emulator::request_head signed_head(oss_call const& c, credentials const& key) const;
    [[nodiscard]] emulator::request_head signed_head(oss_call const& c) const { return signed_head(c, account); }

    oss_answer put(std::string const& key, std::string const& body, pair_list const& fields = {});
    std::string initiate(std::string const& key, pair_list const& fields = {});
    oss_answer upload_part(
        std::string const& key, std::string const& upload_id, std::string const& number, std::string const& body);
    // Lists the parts with these entity tags.
    oss_answer complete(std::string const& key, std::string const& upload_id,
        std::vector<std::pair<unsigned, std::string>> const& parts, pair_list const& fields = {});

    credentials account;
    std::shared_ptr<manual_clock> clock;
    std::shared_ptr<random_source> random;
    std::unique_ptr<emulator::object_store> store;
    emulator::token_registry tokens;
    emulator::oss_service service;
};

}  // namespace sluice::test
