#pragma once

#include <sluice/upload_event.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace sluice
{

class grant_refresher;  // <sluice/grant_refresher.hpp>
class upload_handle;    // <sluice/upload_handle.hpp>

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

/// What becomes of the parts on the server when an upload fails or is cancelled.
enum class leftovers
{
    automatic,  ///< kept where there is a checkpoint and a later resume may succeed; aborted otherwise
    abort,      ///< always aborted
    keep        ///< kept where a later resume may succeed; their upload id is error::upload_id
};

/// What to do when a credential ends that nobody can renew: a stream's. It has ended when its time is over, or when OSS
/// refuses it (SecurityTokenExpired, InvalidSecurityToken, InvalidAccessKeyId).
enum class expiry_policy
{
    fail,    ///< errc::grant_expired
    restart  ///< once: a new CreateUploadStream, and the whole source again. Only async_upload_stream can
};

/// Tuning for one upload. Every field has a default that works.
struct upload_options
{
    /// Bytes per part: 100 KiB to 5 GiB (OSS, UploadPart). Grows by itself so that 10'000 parts suffice.
    std::uint64_t part_size = 8 * mib;

    /// Bytes of the first parts of a source whose length nobody knows; as part_size. Later ones grow with what was
    /// sent, to a quarter of client_config::memory_limit at most, for each is kept in memory until it is confirmed.
    /// 10'000 parts of that size are the longest object: 640 GB with the default limit, 48.8 TB with one of 20 GiB.
    std::uint64_t stream_part_size = 1 * mib;

    /// Sources of at most this many bytes go up as one put.
    std::uint64_t multipart_threshold = 8 * mib;

    /// Parts of this upload being sent, or waiting to be, at once. Those sent whole only wait for their answers, and
    /// how many do that is for the connections to say (pool_limits).
    unsigned parts_in_flight = 4;

    /// As many as that, when the upload would not be done before its credential ends. Not below parts_in_flight.
    unsigned max_parts_in_flight = 16;
    /// Before or behind the other uploads of the client where connections or memory are waited for. What is on the wire
    /// already is not interrupted.
    sluice::priority priority = sluice::priority::normal;

    /// Bytes of bodies a second that this upload sends at most; 0: no limit. What is sent again counts again. With a
    /// limit one part is being sent at a time, for more would only hold connections. A server may take less than some
    /// KiB a second for a stall.
    std::uint64_t bandwidth = 0;

    /// Budget for the whole call, queueing and retries included. Zero: none. What a failed or cancelled upload leaves
    /// on the server is cleaned up after that: aborting its multipart upload may take up to 10 seconds more, and 2
    /// when its Initiate was just under way; so is the upload of an earlier attempt whose kept grant is of no use any
    /// more, before the budget begins; a disk that does not let go of its checkpoint is waited for as long. When the
    /// object turns out to be stored, the receipt is returned all the same.
    std::chrono::milliseconds deadline{0};

    /// Called on the client's strand after each block sent and each part confirmed. Must be quick.
    progress_listener on_progress{};

    /// Called on the client's strand when something happens that the caller may want to log.
    event_listener on_event{};

    /// Where to remember a multipart upload, so that it can be resumed after the process was killed: a file, or a
    /// folder that exists, in which the name is made from that of the source and of the object, or of the stream (media
    /// id, definition, HDR type and file extension). Empty: nowhere. Only for sources with an identity, such as files.
    /// Written when the upload has begun (mode 0600, atomically, flushed to the disk), removed when it has ended for
    /// good. One that is damaged, or of another source, object or stream, is ignored with an event; what it says is
    /// only used when the service, and the bytes of the source, say the same. Locked (flock) while its upload is under
    /// way, where the file system can: another upload that finds it, in any process, ends with errc::checkpoint_in_use
    /// before anything is sent; one that began at the same time goes on without a checkpoint, with an event.
    /// Read when the upload begins: the text need not live longer.
    std::string_view checkpoint{};

    /// False: what an earlier attempt left is not gone on with, but aborted where the grant is for the same object, and
    /// the upload begins anew.
    bool resume = true;

    /// Puts the grant, secrets included, into the checkpoint. Without it async_upload_stream can't resume, for a new
    /// grant is for another object, so leftovers::automatic aborts what failed; async_upload is handed its grant by the
    /// caller. A kept grant is used for the stream it was given for alone, whose callback hands back the user_data of
    /// then. One that has ended, or that OSS refuses when the upload is resumed, is ignored with an event, and a new
    /// one is asked for, whatever on_expiry says.
    bool keep_grant = false;

    leftovers leave = leftovers::automatic;

    expiry_policy on_expiry = expiry_policy::fail;

    /// Asked for a new credential some minutes before the old one ends, and when the service refuses the old one.
    /// Null: nobody. Must outlive the upload.
    grant_refresher* refresher = nullptr;

    /// Null: nobody steers it. Read when the upload begins.
    upload_handle* handle = nullptr;
};
static_assert(std::is_trivially_destructible_v<upload_options>);

}  // namespace sluice
