#pragma once

#include "net/transport.hpp"

#include <sluice/credentials.hpp>

#include <string>
#include <string_view>

namespace sluice::ims
{

constexpr bool is_success(int status) noexcept
{
    return status >= 200 && status < 300;
}

// What a refusal says, in JSON with names of either first letter, or in XML. All empty when it says nothing readable.
struct failure
{
    std::string code;
    std::string message;
    std::string request_id;
    std::string recommend;
    std::string access_denied;  // AccessDeniedDetail, an object or an object in a string: `name value, name value`
};

failure read_failure(std::string_view body);

// The error of an answer that is no success. `who`: what must not be in it.
error refusal_error(net::response const& answer, std::string_view operation, credentials const& who);

// The error of a success that does not hold what it must: `why` is its message, behind the status.
error malformed_error(net::response const& answer, std::string_view why, credentials const& who);

// In words, what came instead of a JSON object: the title of a page, or the beginning of a text. The text of a success
// is not shown, for it may be a grant cut short.
std::string describe_body(net::response const& answer, credentials const& who);

}  // namespace sluice::ims
