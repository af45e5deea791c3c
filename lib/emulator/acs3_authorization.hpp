#pragma once

#include "emulator/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

// The Authorization header of ACS3, taken apart: views into it.
struct acs3_authorization
{
    std::string_view access_key_id;
    std::string_view signed_headers;      // as declared: a;b;c
    std::vector<std::string_view> names;  // of these
    std::string_view signature;
};

// Nothing when it is not "ACS3-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=...".
std::optional<acs3_authorization> parse_acs3_authorization(std::string_view value);

// The first header that must be signed and is not declared, or is declared and was not sent; empty: none.
std::string unsigned_header(request_head const& head, acs3_authorization const& authorization);

// The canonical request over the headers that the client declared, whichever they are.
std::string acs3_canonical_request(request_head const& head, parsed_target const& target,
    acs3_authorization const& authorization, std::string_view body_sha256);

}  // namespace sluice::emulator
