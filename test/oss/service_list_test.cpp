#include "service_rig.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;

namespace
{

net::response parts_page(std::initializer_list<unsigned> numbers, bool truncated, std::string_view next = {})
{
    std::string body = "<ListPartsResult><UploadId>U</UploadId><IsTruncated>";
    body.append(truncated ? "true" : "false").append("</IsTruncated>");
    if (!next.empty())
        body.append("<NextPartNumberMarker>").append(next).append("</NextPartNumberMarker>");
    for (auto const number : numbers)
        body.append("<Part><PartNumber>")
            .append(std::to_string(number))
            .append("</PartNumber><ETag>\"E\"</ETag><Size>5</Size></Part>");
    return answer(200, {}, body + "</ListPartsResult>");
}

struct listed
{
    std::string_view key, id;
};

net::response uploads_page(std::initializer_list<listed> uploads, bool truncated, std::string_view next_key = {},
    std::string_view next_id = {})
{
    std::string body = "<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>";
    body.append(truncated ? "true" : "false").append("</IsTruncated><NextKeyMarker>").append(next_key);
    body.append("</NextKeyMarker><NextUploadIdMarker>").append(next_id).append("</NextUploadIdMarker>");
    for (auto const& [key, id] : uploads)
        body.append("<Upload><Key>").append(key).append("</Key><UploadId>").append(id).append("</UploadId></Upload>");
    return answer(200, {}, body + "</ListMultipartUploadsResult>");
}

std::string numbers_of(std::vector<listed_part> const& parts)
{
    std::string all;
    for (auto const& part : parts)
        all += std::to_string(part.part_number) + ' ';
    return all;
}

std::string ids_of(std::vector<listed_upload> const& uploads)
{
    std::string all;
    for (auto const& upload : uploads)
        all += upload.key + ':' + upload.upload_id + ' ';
    return all;
}

}  // namespace

TEST_CASE("all pages of parts are listed, and none for ever")
{
    struct row
    {
        std::string_view what;
        std::vector<net::response> pages;
        std::string_view numbers;  // empty: refused as malformed
    };
    row const rows[] = {
        {"one page", {parts_page({1, 2, 5}, false)}, "1 2 5 "},
        {"three pages", {parts_page({1, 2}, true, "2"), parts_page({3, 7}, true, "7"), parts_page({8}, false)},
            "1 2 3 7 8 "},
        {"no marker: after the last part", {parts_page({1, 2}, true), parts_page({3}, false)}, "1 2 3 "},
        {"a marker behind the last part", {parts_page({1, 2}, true, "6"), parts_page({7}, false)}, "1 2 7 "},
        {"the marker stands still", {parts_page({1, 2}, true, "2"), parts_page({}, true, "2")}, ""},
        {"no marker and no part", {parts_page({}, true)}, ""},
        {"the marker goes back", {parts_page({5, 6}, true, "6"), parts_page({7}, true, "3")}, ""},
        {"a marker before the last part", {parts_page({5, 6}, true, "5")}, ""},
        {"the same page again", {parts_page({1, 2}, true, "2"), parts_page({1, 2}, true, "2")}, ""},
        {"a part of the page before", {parts_page({1, 2}, true, "2"), parts_page({2, 3}, false)}, ""},
        {"a marker past the last number", {parts_page({1}, true, "10000")}, ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        service_rig rig;
        rig.wire.script.assign(r.pages.begin(), r.pages.end());
        auto const parts = rig.run(rig.service.list_parts(hangzhou(), "U", never));
        CHECK(rig.wire.script.empty());
        if (r.numbers.empty())
        {
            REQUIRE_FALSE(parts);
            CHECK(parts.error().code == errc::malformed_response);
            CHECK(parts.error().operation == "ListParts");
        }
        else
        {
            REQUIRE(parts);
            CHECK(numbers_of(*parts) == r.numbers);
        }
    }
}

TEST_CASE("the next page of parts is asked for behind the last")
{
    service_rig rig;
    rig.answers({parts_page({1, 2}, true, "2"), parts_page({3}, false)});
    REQUIRE(rig.run(rig.service.list_parts(hangzhou(), "U", never)));
    CHECK(holds(rig.wire.log[0].request_line(), "max-parts=1000&part-number-marker=0&encoding-type=url"));
    CHECK(holds(rig.wire.log[1].request_line(), "part-number-marker=2"));
}

TEST_CASE("a listing of parts fails whole when one of its pages does")
{
    service_rig rig;
    rig.answers({parts_page({1, 2}, true, "2"), refusal(404, "NoSuchUpload")});
    CHECK(rig.run(rig.service.list_parts(hangzhou(), "U", never)).error().service_code == "NoSuchUpload");
}

TEST_CASE("all pages of uploads are listed, and none for ever")
{
    struct row
    {
        std::string_view what;
        std::vector<net::response> pages;
        std::string_view ids;  // empty: refused as malformed
    };
    row const rows[] = {
        {"one page", {uploads_page({{"a", "1"}, {"a", "2"}}, false)}, "a:1 a:2 "},
        {"two pages of one key", {uploads_page({{"a", "1"}}, true, "a", "1"), uploads_page({{"a", "2"}}, false)},
            "a:1 a:2 "},
        {"encoded keys", {uploads_page({{"c%2Fd%26", "9"}}, true, "c%2Fd%26", "9"), uploads_page({{"e", "1"}}, false)},
            "c/d&:9 e:1 "},
        {"no markers: after the last", {uploads_page({{"a", "1"}}, true), uploads_page({{"b", "1"}}, false)},
            "a:1 b:1 "},
        {"the markers stand still", {uploads_page({{"a", "1"}}, true, "a", "1"), uploads_page({}, true, "a", "1")}, ""},
        {"the markers go back", {uploads_page({{"b", "1"}}, true, "b", "1"), uploads_page({}, true, "a", "9")}, ""},
        {"no markers and nothing listed", {uploads_page({}, true)}, ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        service_rig rig;
        rig.wire.script.assign(r.pages.begin(), r.pages.end());
        auto const uploads = rig.run(rig.service.list_multipart_uploads(hangzhou(), "", never));
        CHECK(rig.wire.script.empty());
        if (r.ids.empty())
            CHECK(uploads.error().code == errc::malformed_response);
        else
        {
            REQUIRE(uploads);
            CHECK(ids_of(*uploads) == r.ids);
        }
    }
}

TEST_CASE("the next page of uploads is asked for behind the last, in its own encoding")
{
    service_rig rig;
    rig.answers({uploads_page({{"c%2Fd%26", "9"}}, true, "c%2Fd%26", "9"), uploads_page({}, false)});
    REQUIRE(rig.run(rig.service.list_multipart_uploads(hangzhou(), "c/", never)));
    CHECK(rig.wire.log[0].request_line() == "GET /?uploads&max-uploads=1000&encoding-type=url&prefix=c%2F HTTP/1.1");
    CHECK(holds(rig.wire.log[1].request_line(), "&key-marker=c%2Fd%26&upload-id-marker=9"));
}
