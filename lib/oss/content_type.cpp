#include "oss/content_type.hpp"

#include "base/text.hpp"

namespace sluice::oss
{

namespace
{

struct known_type
{
    std::string_view suffix;
    std::string_view type;
};

// Streams, their playlists, and the pictures and captions that go with them (IANA media types; x- where none is).
constexpr known_type known_types[] = {
    {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},
    {"m4s", "video/iso.segment"},
    {"ts", "video/mp2t"},
    {"mpg", "video/mpeg"},
    {"mpeg", "video/mpeg"},
    {"mov", "video/quicktime"},
    {"flv", "video/x-flv"},
    {"mkv", "video/x-matroska"},
    {"webm", "video/webm"},
    {"avi", "video/x-msvideo"},
    {"wmv", "video/x-ms-wmv"},
    {"3gp", "video/3gpp"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"mpd", "application/dash+xml"},
    {"mp3", "audio/mpeg"},
    {"m4a", "audio/mp4"},
    {"aac", "audio/aac"},
    {"wav", "audio/wav"},
    {"flac", "audio/flac"},
    {"ogg", "audio/ogg"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"png", "image/png"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"vtt", "text/vtt"},
};

}  // namespace

std::string_view content_type_of(std::string_view key) noexcept
{
    auto const dot = key.find_last_of("./");
    if (dot != std::string_view::npos && key[dot] == '.')
    {
        auto const suffix = key.substr(dot + 1);
        for (auto const& [known, type] : known_types)
        {
            if (equal_ignoring_case(suffix, known))
                return type;
        }
    }
    return "application/octet-stream";
}

}  // namespace sluice::oss
