#pragma once

#include "emulator/message.hpp"

#include <sluice/random_source.hpp>

#include <string>
#include <string_view>

namespace sluice::emulator
{

// Why the API refuses a request.
struct ims_refusal
{
    int status = 400;
    std::string code;
    std::string message;
    std::string denied_action{};  // "ice:CreateUploadStream": AccessDeniedDetail is told, too
};

// RequestId of an answer: a UUID in capitals.
std::string make_request_id(random_source& random);

// An answer with this JSON object as its body, which states the same request id.
reply ims_answer(int status, std::string json, std::string_view request_id, random_source& random);

// host: the one the request was sent to.
reply ims_error(ims_refusal const& why, std::string_view host, random_source& random);

}  // namespace sluice::emulator
