#pragma once

#include "emulator/ims_service.hpp"
#include "emulator/media_library.hpp"

#include "base/json_writer.hpp"

#include <string_view>

namespace sluice::emulator
{

// The value of MediaInfo in the answer to GetMediaInfo. A file counts as there once the store has its object.
void append_media_info(
    json_writer& json, media const& asset, std::string_view region, ims_service::object_access const& objects);

}  // namespace sluice::emulator
