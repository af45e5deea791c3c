#pragma once

#include <sluice/clock.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

struct object_place
{
    std::string bucket;
    std::string key;

    friend bool operator==(object_place const&, object_place const&) = default;
};

// A file of a media asset: the original one or a further stream.
struct media_file
{
    object_place place;
    std::string url;
    std::string type;  // source_file, transcode_file
    system_time created;
};

struct media
{
    std::string id;
    std::string title;
    std::string description;
    std::string type;           // video, image, audio, text, other
    std::string business_type;  // general, cover, ...
    std::string tags;
    std::string user_data;
    system_time created;
    std::vector<media_file> files;
    std::optional<object_place> upload;  // of CreateUploadMedia: what its credential is for, and RefreshUploadMedia's
};

// The media assets that the API has been told of. On the server's strand.
class media_library
{
public:
    // The asset of this id, made when there is none.
    media& obtain(std::string const& id, system_time now);
    [[nodiscard]] media const* find(std::string_view id) const;
    [[nodiscard]] media const* find_by_place(object_place const& place) const;
    std::optional<media> remove(std::string_view id);

private:
    std::map<std::string, media, std::less<>> media_;
};

// The object that an InputURL means: http(s)://bucket.oss-region.aliyuncs.com/key or oss://bucket/key.
std::optional<object_place> parse_object_url(std::string_view url);

}  // namespace sluice::emulator
