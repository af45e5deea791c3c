#pragma once

#include "emulator/stored_object.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// The .json files of store_folder. The bytes of what is described lie in `folder`, and are named without it.
// Reading gives nothing when the text is not such a description.

std::string describe_object(std::string_view key, stored_object const& object);

struct described_object
{
    std::string key;
    stored_object object;
};
std::optional<described_object> read_object(std::string const& json, std::string const& folder);

std::string describe_upload(multipart_upload const& upload);  // its parts excepted
std::optional<multipart_upload> read_upload(std::string const& json);

std::string describe_part(stored_part const& part);
std::optional<stored_part> read_part(std::string const& json, std::string const& folder);

}  // namespace sluice::emulator
