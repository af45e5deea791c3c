#pragma once

#include <sluice/error.hpp>
#include <sluice/upload_grant.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::upload
{

// What is remembered of a multipart upload: enough to find it again, and to know that it is the same. Which parts are
// there, the service knows.
struct checkpoint
{
    std::string source;  // source::identity()
    std::string stream;  // what names it, of a stream; else empty
    std::uint64_t size = 0;
    std::uint64_t part_size = 0;
    std::string endpoint;
    std::string bucket;
    std::string object_key;
    std::string upload_id;
    std::optional<upload_grant> grant;  // with secrets: only when the caller asked for that
};

// One JSON object on one line, and its CRC-64 on the next.
std::string to_text(checkpoint const& c);

// Errors: errc::invalid_argument, with what is wrong in the message. The text may come
// from anybody: nothing in it is believed but that it was written like this.
result<checkpoint> parse_checkpoint(std::string_view text);

}  // namespace sluice::upload
