#pragma once

#include <sluice/export.hpp>

#include <optional>
#include <string>

namespace sluice
{

/// Parameters of CreateUploadStream (IMS, 2020-11-09). An absent one is not sent; the service then decides.
struct SLUICE_EXPORT stream_request
{
    stream_request() = default;
    explicit stream_request(std::string media) : media_id(std::move(media)) {}

    std::optional<std::string> media_id;        ///< the media asset that gets the stream
    std::optional<std::string> definition;      ///< FD LD SD HD OD 2K 4K (video), SQ HQ (sound); in upper case
    std::optional<std::string> file_extension;  ///< 1 to 16 letters and digits without the dot, such as mp4
    std::optional<std::string> hdr_type;   ///< HDR HDR10 HLG DolbyVision HDRVivid SDR+, in any case; absent: not HDR
    std::optional<std::string> user_data;  ///< a JSON object, handed back in the callback
};

}  // namespace sluice
