#include "upload/checkpoint.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using upload::checkpoint;

namespace
{

checkpoint a_checkpoint()
{
    checkpoint c;
    c.source = "/media/a%20clip.mp4\nsize 1000000, changed 1.5, inode 2";
    c.stream = "stream MediaId=a%20b";
    c.size = 1'000'000;
    c.part_size = 200 * kib;
    c.endpoint = "https://oss-cn-shanghai.aliyuncs.com";
    c.bucket = "b-ucket";
    c.object_key = "cam/\xE5\xBD\x95.mp4";
    c.upload_id = "0004B9895DBBB6EC98E36";
    return c;
}

upload_grant a_grant()
{
    upload_grant g;
    g.region = "cn-shanghai";
    g.credentials = credentials("id", "secret", "token\"with quotes");
    g.expire_utc = std::chrono::sys_days(std::chrono::March / 30 / 2026);
    g.media_id = "media";
    g.file_url = "http://x/y";
    return g;
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written")
{
    for (bool const with_grant : {false, true})
    {
        CAPTURE(with_grant);
        auto c = a_checkpoint();
        if (with_grant)
            c.grant = a_grant();
        auto const read = upload::parse_checkpoint(to_text(c));
        REQUIRE(read.has_value());
        CHECK(read->source == c.source);
        CHECK(read->stream == c.stream);
        CHECK(read->size == c.size);
        CHECK(read->part_size == c.part_size);
        CHECK(read->endpoint == c.endpoint);
        CHECK(read->bucket == c.bucket);
        CHECK(read->object_key == c.object_key);
        CHECK(read->upload_id == c.upload_id);
        REQUIRE(read->grant.has_value() == with_grant);
        if (!with_grant)
            continue;
        CHECK(read->grant->credentials == c.grant->credentials);
        CHECK(read->grant->expire_utc == c.grant->expire_utc);
        CHECK(read->grant->bucket == c.bucket);
        CHECK(read->grant->object_key == c.object_key);
        CHECK(read->grant->endpoint == c.endpoint);
        CHECK(read->grant->media_id == "media");
        CHECK(read->grant->file_url == "http://x/y");
        CHECK(read->grant->region == "cn-shanghai");
    }
}

TEST_CASE("a checkpoint that was cut off anywhere, or of which a byte was changed, is refused")
{
    auto const text = to_text(a_checkpoint());
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK(upload::parse_checkpoint(text.substr(0, size)).has_error());
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        auto changed = text;
        changed[at] ^= 1;
        CAPTURE(at);
        CHECK(upload::parse_checkpoint(changed).has_error());
    }
    CHECK(upload::parse_checkpoint(text + "\n").has_error());
}

TEST_CASE("sizes that no upload has are refused, though the text be whole")
{
    struct row
    {
        std::uint64_t size;
        std::uint64_t part_size;
        bool good;
    };
    static constexpr row rows[] = {{0, mib, false}, {1, mib, true}, {10'000 * mib, mib, true},
        {10'000 * mib + 1, mib, false}, {mib, 100 * kib - 1, false}, {mib, 5 * gib + 1, false}, {mib, 0, false}};
    for (auto const& r : rows)
    {
        CAPTURE(r.size);
        CAPTURE(r.part_size);
        auto c = a_checkpoint();
        c.size = r.size;
        c.part_size = r.part_size;
        CHECK(upload::parse_checkpoint(to_text(c)).has_value() == r.good);
    }
    auto c = a_checkpoint();
    c.upload_id.clear();
    CHECK(upload::parse_checkpoint(to_text(c)).has_error());
    c.upload_id = std::string(2000, 'a');
    CHECK(upload::parse_checkpoint(to_text(c)).has_error());
}
