#include "emulator/media_library.hpp"

#include <doctest/doctest.h>

using namespace sluice::emulator;

TEST_CASE("an input URL names an object by any endpoint, and nothing by another host")
{
    struct row
    {
        std::string_view url, bucket, key;
    };
    static constexpr row rows[] = {
        {"oss://bucket/dir/a b.mp4", "bucket", "dir/a b.mp4"},
        {"http://bucket.oss-cn-shanghai.aliyuncs.com/a.mp4", "bucket", "a.mp4"},
        {"https://bucket.oss-cn-shanghai-internal.aliyuncs.com/d/a%20b+c.mp4?x=1", "bucket", "d/a b+c.mp4"},
        {"https://bucket.cn-shanghai.oss.aliyuncs.com/a", "bucket", "a"},
        {"https://oss-cn-shanghai.aliyuncs.com/bucket/a", "", ""},  // path style: no bucket in front
        {"https://bucket.example.com/a", "", ""},
        {"https://.oss-cn-shanghai.aliyuncs.com/a", "", ""},
        {"https://bucket.oss-cn-shanghai.aliyuncs.com/", "", ""},
        {"https://bucket.oss-cn-shanghai.aliyuncs.com", "", ""},
        {"https://bucket.oss-cn-shanghai.aliyuncs.com/%zz", "", ""},
        {"ftp://bucket.oss-cn-shanghai.aliyuncs.com/a", "", ""},
        {"oss://bucket", "", ""},
        {"oss:///a", "", ""},
        {"bucket/a", "", ""},
        {"", "", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.url);
        auto const place = parse_object_url(r.url);
        REQUIRE(place.has_value() == !r.bucket.empty());
        if (place)
        {
            CHECK(place->bucket == r.bucket);
            CHECK(place->key == r.key);
        }
    }
}
