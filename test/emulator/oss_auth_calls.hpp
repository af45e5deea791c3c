#pragma once

#include "emulator/oss_client.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::test
{

// Requests for the key "a b", signed in all ways, and how tests spoil them.

inline oss_call const put_call{.method = "PUT", .key = "a b", .body = "hello"};

void set_field(emulator::request_head& head, std::string_view name, std::string_view value);
void replace(std::string& text, std::string_view from, std::string_view to);
std::string authorization_of(emulator::request_head const& head);

// Targets of presigned URLs. more: further parameters that are signed.
std::string presigned_v4(oss_client const& oss, std::string const& method, std::chrono::seconds life,
    credentials const& key, pair_list const& more = {});
std::string presigned_v1(
    oss_client const& oss, std::string const& method, std::chrono::seconds life, credentials const& key);
oss_answer follow(oss_client& oss, std::string const& method, std::string const& target);

// V1 in the header, with the date in `date_field`.
emulator::request_head v1_head(oss_client const& oss, std::string const& date_field, std::string const& date);

}  // namespace sluice::test
