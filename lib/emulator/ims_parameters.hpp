#pragma once

#include "emulator/ims_reply.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// Checks of parameter values, as documented for CreateUploadStream and CreateUploadMedia. An empty value counts as
// none. Each gives the refusal, or nothing when the value is right.
std::optional<ims_refusal> check_definition(std::string_view value);
std::optional<ims_refusal> check_hdr_type(std::string_view value);
std::optional<ims_refusal> check_file_extension(std::string_view value);
// A JSON object, or nothing at all. name: of the parameter.
std::optional<ims_refusal> check_json_object(std::string_view name, std::string_view value);
std::optional<ims_refusal> check_media_id(std::string_view value);

struct file_info
{
    std::string type;
    std::string name;
    std::string extension;
};
std::optional<ims_refusal> read_file_info(std::string_view json, file_info& out);

struct media_meta_data
{
    std::string title;
    std::string description;
    std::string tags;
    std::string business_type;
};
std::optional<ims_refusal> read_media_meta_data(std::string_view json, media_meta_data& out);

ims_refusal missing_parameter(std::string_view name);
ims_refusal invalid_parameter(std::string_view name, std::string_view why);

}  // namespace sluice::emulator
