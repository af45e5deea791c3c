#pragma once

#include "oss/service.hpp"
#include "upload/part_body.hpp"
#include "upload/step_gate.hpp"

#include <sluice/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::upload
{

// What the server said when an object was complete, and what we know of it.
struct delivery
{
    std::string etag;
    std::string request_id;
    std::string callback_failure;
    std::uint64_t crc64 = 0;
};

// What was asked of the server, for errors.
struct storing
{
    std::string_view operation;  // "UploadPart"
    oss::object_location const& at;
    unsigned part_number = 0;  // 0: the whole object
};

// What the server stored of a body against what was read from the source: errc::checksum_mismatch naming both values.
// An answer without a CRC-64 passes: the whole object is checked in the end.
result<void> compare(oss::stored const& answer, part_body const& sent, storing const& what);

// Proves that the whole object is stored: by the CRC-64 of the answer that completed it. None: the answer has none.
std::optional<result<delivery>> prove_by_answer(
    storing const& what, oss::stored const& answer, oss::expected_object const& expected);

// The same, and by that of HEAD where the answer has none. Errors: errc::checksum_mismatch, errc::malformed_response
// where the server keeps its CRC-64 to itself.
asio::awaitable<result<delivery>> prove(oss::service& oss, step_gate const& gate, storing const& what,
    oss::stored const& answer, oss::expected_object const& expected);

// The object as HEAD tells of it, if it is the expected one.
std::optional<delivery> delivered(oss::object_head const& there, oss::expected_object const& expected);

}  // namespace sluice::upload
