#pragma once

#include "oss/types.hpp"
#include "upload/part_body.hpp"
#include "upload/workshop.hpp"

#include <cstdint>
#include <string>

namespace sluice::upload
{

// What the service would state of a range of the source if it had it.
struct range_digest
{
    std::uint64_t crc64 = 0;
    std::string md5;  // upper-case hex, as an ETag; only when asked for
};

// Reads the range, block by block, and lets others have their turn meanwhile. Errors: those of the source, and what
// ends an upload between two steps: it is cancelled, or its time is over.
asio::awaitable<result<range_digest>> digest_range(workshop& w, part_body::range what, bool with_md5);

// Whether a listed part holds these bytes: by its CRC-64, or by its ETag where the listing states none.
bool holds_same_bytes(oss::listed_part const& there, range_digest const& ours);

}  // namespace sluice::upload
