#include "emulator/media_info.hpp"

#include "base/utc_time.hpp"

#include <algorithm>

namespace sluice::emulator
{

namespace
{

std::string to_text(system_time t)
{
    return format_iso8601(std::chrono::floor<std::chrono::seconds>(t));
}

void member_if_any(json_writer& json, std::string_view name, std::string_view value)
{
    if (!value.empty())
        json.member(name, value);
}

void append_basic_info(json_writer& json, media const& asset, bool any_uploaded)
{
    json.key("MediaBasicInfo").begin_object();
    json.member("MediaId", asset.id);
    json.member("Status", any_uploaded ? "Normal" : "Init");
    member_if_any(json, "MediaType", asset.type);
    member_if_any(json, "BusinessType", asset.business_type);
    member_if_any(json, "Title", asset.title);
    member_if_any(json, "Description", asset.description);
    member_if_any(json, "MediaTags", asset.tags);
    if (!asset.files.empty())
        json.member("InputURL", asset.files.front().url);
    json.member("Source", "oss");
    json.member("Biz", "ICE");
    json.member("CreateTime", to_text(asset.created));
    json.member("ModifiedTime", to_text(asset.created));
    member_if_any(json, "UserData", asset.user_data);
    json.end_object();
}

void append_file(json_writer& json, media_file const& file, std::string_view region, std::optional<std::uint64_t> size)
{
    auto const& key = file.place.key;
    auto const dot = key.rfind('.');
    json.begin_object();
    json.key("FileBasicInfo").begin_object();
    json.member("FileName", std::string_view(key).substr(key.rfind('/') + 1));  // npos + 1 is 0
    json.member("FileStatus", size ? "Normal" : "Init");
    json.member("FileType", file.type);
    json.member("FileSize", std::to_string(size.value_or(0)));
    json.member("FileUrl", file.url);
    json.member("Region", region);
    if (dot != std::string::npos)
        json.member("FormatName", std::string_view(key).substr(dot + 1));
    json.member("CreateTime", to_text(file.created));
    json.member("ModifiedTime", to_text(file.created));
    json.end_object();
    for (auto const* const streams : {"AudioStreamInfoList", "VideoStreamInfoList", "SubtitleStreamInfoList"})
        json.key(streams).begin_array().end_array();
    json.end_object();
}

}  // namespace

void append_media_info(
    json_writer& json, media const& asset, std::string_view region, ims_service::object_access const& objects)
{
    bool const any_uploaded =
        std::ranges::any_of(asset.files, [&](media_file const& file) { return objects.size(file.place).has_value(); });
    json.begin_object();
    json.member("MediaId", asset.id);
    append_basic_info(json, asset, any_uploaded);
    json.key("FileInfoList").begin_array();
    for (auto const& file : asset.files)
        append_file(json, file, region, objects.size(file.place));
    json.end_array();
    json.end_object();
}

}  // namespace sluice::emulator
