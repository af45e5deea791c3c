#pragma once

#include <chrono>
#include <cstdint>
#include <type_traits>

namespace sluice
{

inline constexpr std::uint64_t kib = 1024;
inline constexpr std::uint64_t mib = 1024 * kib;
inline constexpr std::uint64_t gib = 1024 * mib;

/// What goes first where requests or memory have to be waited for. What is less urgent waits longer, but not for ever.
enum class priority
{
    high,
    normal,
    background
};

/// Where an upload is. Given to upload_options::on_progress.
struct upload_progress
{
    std::uint64_t bytes_total = 0;      ///< of the source
    std::uint64_t bytes_sent = 0;       ///< handed to the network and not known lost
    std::uint64_t bytes_confirmed = 0;  ///< answered by the server with an equal CRC-64
    unsigned parts_total = 0;           ///< 0: one put
    unsigned parts_confirmed = 0;
    unsigned retries = 0;
};

/// A function pointer with its argument: trivially destructible, so that options may be written inside a co_await.
struct progress_listener
{
    void (*function)(void* argument, upload_progress const& progress) = nullptr;  ///< must not throw
    void* argument = nullptr;
};

/// Tuning for one upload. Every field has a default that works.
struct upload_options
{
    /// Bytes per part: 100 KiB to 5 GiB (OSS, UploadPart). Grows by itself so that 10'000 parts suffice.
    std::uint64_t part_size = 8 * mib;

    /// Sources of at most this many bytes go up as one put.
    std::uint64_t multipart_threshold = 8 * mib;

    /// Parts of this upload being sent, or waiting to be, at once. Those sent whole only wait for their answers, and
    /// how many do that is for the connections to say (pool_limits).
    unsigned parts_in_flight = 4;

    /// Before or behind the other uploads of the client where connections or memory are waited for. What is on the wire
    /// already is not interrupted.
    sluice::priority priority = sluice::priority::normal;

    /// Bytes of bodies a second that this upload sends at most; 0: no limit. What is sent again counts again. With a
    /// limit one part is being sent at a time, for more would only hold connections. A server may take less than some
    /// KiB a second for a stall.
    std::uint64_t bandwidth = 0;

    /// Budget for the whole call, queueing and retries included. Zero: none. What a failed or cancelled upload leaves
    /// on the server is cleaned up after that: aborting its multipart upload may take up to 10 seconds more, and 2
    /// when its Initiate was just under way. When the object turns out to be stored, the receipt is returned all the
    /// same.
    std::chrono::milliseconds deadline{0};

    /// Called on the client's strand after each block sent and each part confirmed. Must be quick.
    progress_listener on_progress{};
};
static_assert(std::is_trivially_destructible_v<upload_options>);

}  // namespace sluice
