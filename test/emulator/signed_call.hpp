#pragma once

#include "emulator/message.hpp"
#include "emulator/token_registry.hpp"

#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::test
{

using pairs = std::vector<std::pair<std::string, std::string>>;

// Bytes that count up: every draw differs, every run is the same.
class counting_random final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override;

private:
    unsigned next_ = 0;
};

// A call of the API that is signed at the end, after a test has changed what it wants to.
struct api_call
{
    std::string method = "POST";
    pairs query;
    pairs headers;  // all but Authorization
    std::string body;
    std::string access_key_id = "account-id";
    std::string access_key_secret = "account-secret";

    api_call(std::string_view action, pairs parameters, system_time now);

    void set(std::string_view header, std::string_view value);
    void remove(std::string_view header);
    void use_token(std::string_view token) { set("x-acs-security-token", token); }

    [[nodiscard]] emulator::request_head signed_head() const;
};

std::string body_digest(std::string_view body);  // lower-case hex of its SHA-256
credentials account(std::string_view token = {});
std::string serve(emulator::service& s, api_call const& call, int* status = nullptr);  // the answer's body
std::string member(std::string_view json, std::string_view name);  // a member of the root object; empty: none
std::string decode_member(std::string_view json, std::string_view name, std::string_view inner);  // of base64 of JSON

}  // namespace sluice::test
