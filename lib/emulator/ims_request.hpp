#pragma once

#include "emulator/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// A verified call of the API.
struct ims_request
{
    parsed_target parameters;  // of the query and, behind them, of a form
    bool tls = false;
    std::string request_id;

    // Empty when it was not given: the API doesn't tell these apart.
    [[nodiscard]] std::string_view text(std::string_view name) const noexcept
    {
        auto const* const value = parameters.parameter(name);
        return value == nullptr ? std::string_view{} : std::string_view(*value);
    }
};

// Nothing when the body is a form with a bad percent code.
std::optional<ims_request> read_ims_request(
    request_head const& head, parsed_target const& target, std::string_view body, std::string_view request_id);

}  // namespace sluice::emulator
