// What each operation of ims_service does, once its caller is known.
#include "emulator/ims_service.hpp"

#include "emulator/ims_parameters.hpp"
#include "emulator/media_info.hpp"

#include "base/json_writer.hpp"
#include "base/nonce.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace
{

constexpr std::size_t max_ids = 20;  // media ids or URLs a call (documentation of DeleteMediaInfos)

ims_refusal unknown_media()
{
    return {404, "ResourceNotFound", "The specified resource media cannot be found."};
}

// Items between commas, blanks around them and empty ones left out.
std::vector<std::string> split_list(std::string_view text)
{
    std::vector<std::string> items;
    for (;;)
    {
        auto const item = trim(text.substr(0, text.find(',')));
        if (!item.empty())
            items.emplace_back(item);
        auto const comma = text.find(',');
        if (comma == std::string_view::npos)
            return items;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace

std::string ims_service::url_of(object_place const& place) const
{
    return "https://" + place.bucket + ".oss-" + settings_.grants.region + ".aliyuncs.com/" +
           uri_encode(place.key, slash::keep);
}

std::string ims_service::media_id_of(ims_request const& r) const
{
    auto const given = r.text("MediaId");
    return given.empty() ? make_nonce(*random_) : std::string(given);
}

media_file ims_service::new_file(std::string_view folder, std::string_view extension) const
{
    auto const id = make_nonce(*random_);
    media_file file;
    file.place = {settings_.bucket, std::string(folder) + "/" + id + "/" + id};
    if (!extension.empty())
        file.place.key += "." + to_lower(extension);
    file.url = url_of(file.place);
    file.created = clock_->now();
    return file;
}

std::string ims_service::upload_answer(ims_request const& r, std::string const& media_id, media_file const& file)
{
    auto const grant = grants_.issue(file.place, r.tls);
    json_writer json;
    json.begin_object();
    json.member("RequestId", r.request_id);
    json.member("MediaId", media_id);
    json.member("FileURL", file.url);
    json.member("UploadAddress", grant.upload_address);
    json.member("UploadAuth", grant.upload_auth);
    json.end_object();
    return json.str();
}

ims_service::answer ims_service::create_upload_stream(ims_request const& r)
{
    for (auto const& why : {check_definition(r.text("Definition")), check_hdr_type(r.text("HDRType")),
             check_file_extension(r.text("FileExtension")), check_json_object("UserData", r.text("UserData")),
             check_media_id(r.text("MediaId"))})
    {
        if (why)
            return *why;
    }
    // Media ids of assets made elsewhere are taken as they are: the library knows only those made here.
    auto& asset = media_.obtain(media_id_of(r), clock_->now());
    auto file = new_file("stream", r.text("FileExtension"));
    file.type = "transcode_file";
    auto json = upload_answer(r, asset.id, file);
    asset.files.push_back(std::move(file));
    return json;
}

ims_service::answer ims_service::create_upload_media(ims_request const& r)
{
    file_info info;
    media_meta_data meta;
    if (auto why = read_file_info(r.text("FileInfo"), info))
        return std::move(*why);
    if (auto why = read_media_meta_data(r.text("MediaMetaData"), meta))
        return std::move(*why);
    for (auto const* const name : {"PostProcessConfig", "UploadTargetConfig", "UserData"})
    {
        if (auto why = check_json_object(name, r.text(name)))
            return std::move(*why);
    }

    auto& asset = media_.obtain(make_nonce(*random_), clock_->now());
    asset.title = std::move(meta.title);
    asset.description = std::move(meta.description);
    asset.tags = std::move(meta.tags);
    asset.business_type = std::move(meta.business_type);
    asset.type = info.type;
    asset.user_data = r.text("UserData");
    auto file = new_file("sv", info.extension);
    file.type = "source_file";
    asset.upload = file.place;
    asset.files.push_back(file);

    json_writer json;
    auto const grant = grants_.issue(file.place, r.tls);
    json.begin_object();
    json.member("RequestId", r.request_id);
    json.member("MediaId", asset.id);
    json.member("FileURL", file.url);
    json.member("MediaURL", file.url);
    json.member("UploadAddress", grant.upload_address);
    json.member("UploadAuth", grant.upload_auth);
    json.end_object();
    return json.str();
}

ims_service::answer ims_service::refresh_upload_media(ims_request const& r)
{
    if (r.text("MediaId").empty())
        return missing_parameter("MediaId");
    // Media assets only: there is no way to refresh the credential of a stream.
    auto const* const asset = media_.find(r.text("MediaId"));
    if (asset == nullptr || !asset->upload)
        return unknown_media();

    auto const grant = grants_.issue(*asset->upload, r.tls);
    json_writer json;
    json.begin_object();
    json.member("RequestId", r.request_id);
    json.member("MediaId", asset->id);
    json.member("UploadAddress", grant.upload_address);
    json.member("UploadAuth", grant.upload_auth);
    json.end_object();
    return json.str();
}

ims_service::answer ims_service::register_media_stream(ims_request const& r)
{
    if (r.text("InputURL").empty())
        return missing_parameter("InputURL");
    auto place = parse_object_url(r.text("InputURL"));
    if (!place)
        return invalid_parameter(
            "InputURL", "must be http(s)://bucket.oss-region.aliyuncs.com/key or oss://bucket/key");
    for (auto const& why : {check_media_id(r.text("MediaId")), check_json_object("StreamTags", r.text("StreamTags")),
             check_json_object("UserData", r.text("UserData"))})
    {
        if (why)
            return *why;
    }

    auto& asset = media_.obtain(media_id_of(r), clock_->now());
    media_file file;
    file.place = std::move(*place);
    file.url = r.text("InputURL");
    file.type = "transcode_file";
    file.created = clock_->now();
    asset.files.push_back(std::move(file));

    json_writer json;
    json.begin_object();
    json.member("RequestId", r.request_id);
    json.member("MediaId", asset.id);
    json.end_object();
    return json.str();
}

ims_service::answer ims_service::get_media_info(ims_request const& r)
{
    media const* asset = nullptr;
    if (auto const id = r.text("MediaId"); !id.empty())
    {
        asset = media_.find(id);
    }
    else if (auto const url = r.text("InputURL"); !url.empty())
    {
        auto const place = parse_object_url(url);
        if (!place)
            return invalid_parameter(
                "InputURL", "must be http(s)://bucket.oss-region.aliyuncs.com/key or oss://bucket/key");
        asset = media_.find_by_place(*place);
    }
    else
    {
        return missing_parameter("MediaId");
    }
    if (asset == nullptr)
        return unknown_media();

    json_writer json;
    json.begin_object();
    json.member("RequestId", r.request_id);
    json.key("MediaInfo");
    append_media_info(json, *asset, settings_.grants.region, objects_);
    json.end_object();
    return json.str();
}

ims_service::answer ims_service::delete_media_infos(ims_request const& r)
{
    auto ids = split_list(r.text("MediaIds"));
    auto const urls = split_list(r.text("InputURLs"));
    if (ids.empty() && urls.empty())
        return missing_parameter("MediaIds");
    if (ids.size() > max_ids || urls.size() > max_ids)
        return invalid_parameter("MediaIds", "may list 20 at most");

    std::vector<std::string> ignored;
    if (ids.empty())
    {
        for (auto const& url : urls)
        {
            auto const place = parse_object_url(url);
            auto const* const asset = place ? media_.find_by_place(*place) : nullptr;
            (asset != nullptr ? ids : ignored).push_back(asset != nullptr ? asset->id : url);
        }
    }
    bool const with_files = equal_ignoring_case(r.text("DeletePhysicalFiles"), "true");
    for (auto const& id : ids)
    {
        auto const removed = media_.remove(id);
        if (!removed)
            ignored.push_back(id);
        else if (with_files)
            std::ranges::for_each(removed->files, objects_.remove, &media_file::place);
    }

    json_writer json;
    json.begin_object();
    json.member("RequestId", r.request_id);
    json.key("IgnoredList").begin_array();
    for (auto const& item : ignored)
        json.text(item);
    json.end_array();
    json.key("ForbiddenList").begin_array().end_array();
    json.end_object();
    return json.str();
}

}  // namespace sluice::emulator
