#pragma once

#include "oss/service.hpp"
#include "upload/part_body.hpp"
#include "upload/step_gate.hpp"

#include <sluice/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::upload
{

// What the server said when an object was complete, and what we know of it.
struct delivery
{
    std::string etag;
    std::string request_id;
    std::uint64_t crc64 = 0;
};

// What the server stored of a body against what was read from the source: errc::checksum_mismatch naming both values.
// An answer without a CRC-64 passes: the whole object is checked in the end. `what`: "part 3", "the object".
result<void> compare(oss::stored const& answer, part_body const& sent, std::string_view what);

// Proves that the whole object is stored: by the CRC-64 of the answer that completed it, or of HEAD where the answer
// has none. Errors: errc::checksum_mismatch, errc::malformed_response where the server keeps its CRC-64 to itself.
asio::awaitable<result<delivery>> prove(oss::service& oss, oss::object_location const& at, step_gate const& gate,
    oss::stored const& answer, std::uint64_t crc64, std::uint64_t size);

}  // namespace sluice::upload
