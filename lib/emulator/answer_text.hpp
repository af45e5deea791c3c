#pragma once

#include "emulator/endpoint_names.hpp"
#include "emulator/message.hpp"

#include "base/utc_time.hpp"

#include <sluice/random_source.hpp>

#include <string>
#include <string_view>

namespace sluice::emulator
{

// How an answer leaves: what is not the service's business.
struct answer_context
{
    service_kind service = service_kind::oss;
    bool to_head_request = false;  // states a length, and has no body
    bool keep_alive = true;
    utc_seconds date{};
};

// Status line and header fields, with the empty line behind them.
std::string answer_head(reply const& r, answer_context const& context);
// Whether body bytes follow the head.
bool has_body(reply const& r, answer_context const& context) noexcept;

// An error in the form of the service: XML or JSON.
reply error_answer(service_kind service, int status, std::string code, std::string_view message, random_source& random);

}  // namespace sluice::emulator
