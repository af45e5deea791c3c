#pragma once

#include <sluice/error.hpp>
#include <sluice/export.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice
{

/// Proof of delivery: the server confirmed completion, and its CRC-64 of the whole object equals ours.
struct SLUICE_EXPORT receipt
{
    receipt() = default;
    receipt(receipt const&) = default;
    receipt(receipt&&) = default;
    receipt& operator=(receipt const&) = default;
    receipt& operator=(receipt&&) = default;
    ~receipt() = default;

    std::string media_id;  ///< of the stream's media asset; empty when the grant came from elsewhere
    std::string file_url;  ///< where IMS says the stream will be found; empty likewise
    std::string endpoint;  ///< scheme://host[:port] of OSS, without the bucket
    std::string bucket;
    std::string object_key;
    std::string etag;              ///< as the server sent it, quotes removed; no MD5 for an object made of parts
    std::string request_id;        ///< of the request that completed the object
    std::string callback_failure;  ///< the object is stored, but the callback set for it failed: why; else empty
    std::uint64_t crc64 = 0;       ///< CRC-64/XZ of the object
    std::uint64_t bytes = 0;
    unsigned parts = 0;                   ///< 0: one put
    unsigned retries = 0;                 ///< requests that had to be sent again
    std::chrono::nanoseconds elapsed{0};  ///< wall time of the whole call

    /// Attempts that failed on the way, oldest first; of many the last 32. For logs.
    std::vector<failed_attempt> history;
};

}  // namespace sluice
