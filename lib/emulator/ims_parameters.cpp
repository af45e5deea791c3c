#include "emulator/ims_parameters.hpp"

#include "base/text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <span>

namespace sluice::emulator
{

namespace
{

// Documentation of CreateUploadStream and CreateUploadMedia.
constexpr std::array<std::string_view, 9> definitions = {"FD", "LD", "SD", "HD", "OD", "2K", "4K", "SQ", "HQ"};
constexpr std::array<std::string_view, 6> hdr_types = {"HDR", "HDR10", "HLG", "DolbyVision", "HDRVivid", "SDR+"};
constexpr std::array<std::string_view, 5> file_types = {"video", "image", "audio", "text", "other"};
constexpr std::array<std::string_view, 8> business_types = {
    "opening", "ending", "default", "cover", "subtitles", "font", "watermark", "general"};
constexpr std::size_t max_extension = 16;      // characters; ours
constexpr std::size_t max_media_id = 64;       // characters; ours
constexpr std::size_t max_title = 128;         // characters
constexpr std::size_t max_description = 1024;  // characters

std::string list(std::span<std::string_view const> values)
{
    std::string out = "must be one of ";
    for (auto const value : values)
    {
        out += value;
        out += value.data() == values.back().data() ? "" : ", ";
    }
    return out;
}

bool is_alphanumeric(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::size_t count_characters(std::string_view utf8)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Reads the members of one JSON object.
class object_reader
{
public:
    explicit object_reader(std::string_view json) : text_(json)
    {
        valid_ = parser_.parse(text_).get_object().get(object_) == simdjson::SUCCESS;
    }

    [[nodiscard]] bool valid() const noexcept { return valid_; }

    // Empty when it is absent or no string.
    [[nodiscard]] std::string text(std::string_view name) const
    {
        std::string_view value;
        return object_[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
    }

private:
    simdjson::padded_string text_;
    simdjson::dom::parser parser_;
    simdjson::dom::object object_;
    bool valid_ = false;
};

template <std::size_t N>
bool is_one_of(std::array<std::string_view, N> const& values, std::string_view value)
{
    return std::ranges::find(values, value) != values.end();
}

}  // namespace

ims_refusal missing_parameter(std::string_view name)
{
    return {400, "MissingParameter", "The input parameter " + std::string(name) + " is mandatory for this action."};
}

ims_refusal invalid_parameter(std::string_view name, std::string_view why)
{
    return {400, "InvalidParameter",
        "The specified parameter " + std::string(name) + " is not valid: it " + std::string(why) + "."};
}

std::optional<ims_refusal> check_definition(std::string_view value)
{
    if (value.empty() || is_one_of(definitions, value))
        return std::nullopt;
    return invalid_parameter("Definition", list(definitions));
}

std::optional<ims_refusal> check_hdr_type(std::string_view value)
{
    if (value.empty() ||
        std::ranges::any_of(hdr_types, [&](std::string_view known) { return equal_ignoring_case(known, value); }))
        return std::nullopt;
    return invalid_parameter("HDRType", list(hdr_types));
}

std::optional<ims_refusal> check_file_extension(std::string_view value)
{
    if (value.size() <= max_extension && std::ranges::all_of(value, is_alphanumeric))
        return std::nullopt;
    return invalid_parameter("FileExtension", "must be 1 to 16 letters and digits, without a dot");
}

std::optional<ims_refusal> check_json_object(std::string_view name, std::string_view value)
{
    if (value.empty() || object_reader(value).valid())
        return std::nullopt;
    return invalid_parameter(name, "must be a JSON object");
}

std::optional<ims_refusal> check_media_id(std::string_view value)
{
    if (value.size() <= max_media_id &&
        std::ranges::all_of(value, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }))
        return std::nullopt;
    return invalid_parameter("MediaId", "must be 1 to 64 letters, digits, dashes and underscores");
}

std::optional<ims_refusal> read_file_info(std::string_view json, file_info& out)
{
    if (json.empty())
        return missing_parameter("FileInfo");
    object_reader const object(json);
    if (!object.valid())
        return invalid_parameter("FileInfo", "must be a JSON object");
    out = {object.text("Type"), object.text("Name"), object.text("Ext")};
    if (!is_one_of(file_types, out.type))
        return invalid_parameter("FileInfo.Type", list(file_types));
    if (out.name.empty())
        return invalid_parameter("FileInfo.Name", "must be given");
    if (out.extension.empty() || check_file_extension(out.extension))
        return invalid_parameter("FileInfo.Ext", "must be 1 to 16 letters and digits, without a dot");
    return std::nullopt;
}

std::optional<ims_refusal> read_media_meta_data(std::string_view json, media_meta_data& out)
{
    if (json.empty())
        return missing_parameter("MediaMetaData");
    object_reader const object(json);
    if (!object.valid())
        return invalid_parameter("MediaMetaData", "must be a JSON object");
    out = {object.text("Title"), object.text("Description"), object.text("Tags"), object.text("BusinessType")};
    if (out.title.empty() || count_characters(out.title) > max_title)
        return invalid_parameter("MediaMetaData.Title", "must be 1 to 128 characters");
    if (count_characters(out.description) > max_description)
        return invalid_parameter("MediaMetaData.Description", "must be at most 1024 characters");
    // Documented as required, yet the documentation's own examples leave it out.
    if (!out.business_type.empty() && !is_one_of(business_types, out.business_type))
        return invalid_parameter("MediaMetaData.BusinessType", list(business_types));
    return std::nullopt;
}

}  // namespace sluice::emulator
