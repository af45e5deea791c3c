#pragma once

#include "net/transport.hpp"
#include "oss/object_location.hpp"
#include "oss/types.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::oss
{

// The headers that say what is stored. Nothing when the etag is missing (but where only a callback failed) or the
// CRC-64 is no number.
std::optional<stored> read_stored(net::response const& answer);

// The answer to Complete, whose etag may stand in the body alone. Nothing when it has no body, or is about another
// object.
std::optional<stored> read_completed(net::response const& answer, object_location const& at);

// The upload id. Nothing when the answer is about another object.
std::optional<std::string> read_initiated(net::response const& answer, object_location const& at);

// Nothing without a length.
std::optional<object_head> read_head(net::response const& answer);

// Moves what was read to where it is wanted; false when there is none.
template <class T>
bool take(std::optional<T> read, T& to)
{
    if (!read)
        return false;
    to = *std::move(read);
    return true;
}

// A refusal under any status: Complete can begin its answer with 200 and end it with an Error. Not under 203 where an
// operation can have a callback: its Error tells of that alone, and the object is stored.
bool is_refusal(net::response const& answer, bool may_call_back);

// What answered for the service without knowing what it did: a gateway in between that got no answer itself.
bool is_of_gateway(net::response const& answer);

}  // namespace sluice::oss
