#include "oss/content_type.hpp"

#include <doctest/doctest.h>

using namespace sluice::oss;

TEST_CASE("a well-known suffix gives the media type, all else bytes")
{
    struct row
    {
        std::string_view key, type;
    };
    static constexpr row rows[] = {
        {"stream/a.mp4", "video/mp4"},
        {"A.MP4", "video/mp4"},
        {"a.tar.ts", "video/mp2t"},
        {"live.m3u8", "application/vnd.apple.mpegurl"},
        {"a.mp3", "audio/mpeg"},
        {"a.bin", "application/octet-stream"},
        {"a", "application/octet-stream"},
        {"mp4", "application/octet-stream"},
        {"a.mp4/b", "application/octet-stream"},
        {"a.", "application/octet-stream"},
        {"", "application/octet-stream"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.key);
        CHECK(content_type_of(r.key) == r.type);
    }
}
