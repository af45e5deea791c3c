#pragma once

#include <sluice/error.hpp>
#include <sluice/receipt.hpp>
#include <sluice/upload_grant.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice
{

/// One multipart upload that any number of processes, on any hosts, work on: each sends a range of the parts of a
/// source that all of them can read, and whoever finds all parts there completes the object. The service's list of
/// parts is all that they need to agree on; ranges may overlap, and what a killed process left is done by whoever has
/// its range next. Holds no secret: everybody brings a grant for the object.
struct SLUICE_EXPORT upload_session
{
    std::string endpoint;  ///< scheme://host[:port], without the bucket
    std::string bucket;
    std::string object_key;
    std::string upload_id;
    std::uint64_t size = 0;       ///< bytes of the object
    std::uint64_t part_size = 0;  ///< bytes of each part but the last

    [[nodiscard]] unsigned parts() const noexcept
    {
        return part_size == 0 ? 0 : static_cast<unsigned>(size / part_size + (size % part_size != 0 ? 1 : 0));
    }

    /// One JSON object on one line.
    [[nodiscard]] std::string to_json() const;

    /// Errors: errc::invalid_argument, which says what is wrong with the text.
    static result<upload_session> from_json(std::string_view text);
};

/// Part numbers, both included.
struct part_range
{
    unsigned first = 1;
    unsigned last = 0;  ///< 0: the last of the session
};

/// What one share of a session came to. `done` is a receipt as any: the CRC-64 of the object is that of this source.
/// For that, whoever completes the object reads the parts that others sent once more, from its own source; a part that
/// was sent from another source, also in place of one that this call had sent, is errc::checksum_mismatch, and nothing
/// is completed. Parts of its range that the service has lost are sent again.
struct SLUICE_EXPORT session_share
{
    unsigned parts_sent = 0;      ///< by this call
    unsigned parts_found = 0;     ///< of its range, sent by others or by an earlier attempt, and equal to the source
    unsigned parts_missing = 0;   ///< of the whole session, when this call looked last; 0: the object is complete
    std::optional<receipt> done;  ///< of the object, when it is complete
};

/// A multipart upload that somebody began in a bucket and has neither completed nor aborted.
struct SLUICE_EXPORT open_upload
{
    std::string object_key;
    std::string upload_id;
    std::optional<std::chrono::sys_seconds> initiated;  ///< by the service's clock

    /// When it was listed, by the service's clock: a local one that is wrong makes nothing old or young. None where the
    /// service tells no date.
    std::optional<std::chrono::seconds> age;
};

}  // namespace sluice
