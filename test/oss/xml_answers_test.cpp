#include "oss/xml_answers.hpp"

#include "base/utc_time.hpp"
#include "base/xml.hpp"
#include "oss/error_answer.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::oss;
using simdjson::dom::element;

namespace
{

// Checks what each reader hands on; `expect` may hold more.
void check_text(element expect, std::string_view member, std::string_view got)
{
    if (test::has(expect, member))
        CHECK(test::text(expect, member) == got);
}

void check_initiate(element expect, std::string_view body, bool good)
{
    auto const answer = read_initiate_answer(body);
    REQUIRE(answer.has_value() == good);
    if (!good)
        return;
    check_text(expect, "bucket", answer->bucket);
    check_text(expect, "key", answer->key);
    check_text(expect, "upload_id", answer->upload_id);
}

void check_complete(element expect, std::string_view body, bool good)
{
    auto const answer = read_complete_answer(body);
    REQUIRE(answer.has_value() == good);
    if (!good)
        return;
    check_text(expect, "location", answer->location);
    check_text(expect, "bucket", answer->bucket);
    check_text(expect, "key", answer->key);
    check_text(expect, "etag", answer->etag);
}

void check_part(element expect, listed_part const& part)
{
    CHECK(std::uint64_t(expect["part_number"]) == part.part_number);
    CHECK(test::text(expect, "etag") == "\"" + part.etag + "\"");
    CHECK(std::uint64_t(expect["size"]) == part.size);
    if (test::has(expect, "crc64"))
        CHECK(test::text(expect, "crc64") == std::to_string(part.crc64.value()));
}

void check_list_parts(element expect, std::string_view body, bool good)
{
    auto const answer = read_list_parts_answer(body);
    REQUIRE(answer.has_value() == good);
    if (!good)
        return;
    check_text(expect, "bucket", answer->bucket);
    check_text(expect, "key", answer->key);
    check_text(expect, "upload_id", answer->upload_id);
    CHECK(bool(expect["is_truncated"]) == answer->is_truncated);
    REQUIRE(test::has(expect, "next_part_number_marker") == answer->next_marker.has_value());
    if (answer->next_marker)
        CHECK(std::uint64_t(expect["next_part_number_marker"]) == *answer->next_marker);

    if (test::has(expect, "parts_count"))
    {
        REQUIRE(std::uint64_t(expect["parts_count"]) == answer->parts.size());
        check_part(expect["first"], answer->parts.front());
        check_part(expect["last"], answer->parts.back());
        return;
    }
    simdjson::dom::array const parts = expect["parts"];
    REQUIRE(parts.size() == answer->parts.size());
    for (std::size_t i = 0; i < answer->parts.size(); ++i)
    {
        check_part(parts.at(i), answer->parts[i]);
        CHECK(test::has(parts.at(i), "crc64") == answer->parts[i].crc64.has_value());
    }
}

void check_list_uploads(element expect, std::string_view body, bool good)
{
    auto const answer = read_list_uploads_answer(body);
    REQUIRE(answer.has_value() == good);
    if (!good)
        return;
    check_text(expect, "bucket", answer->bucket);
    check_text(expect, "prefix", answer->prefix);
    check_text(expect, "next_key_marker", answer->next_key_marker);
    check_text(expect, "next_upload_id_marker", answer->next_upload_id_marker);
    CHECK(bool(expect["is_truncated"]) == answer->is_truncated);
    simdjson::dom::array const uploads = expect["uploads"];
    REQUIRE(uploads.size() == answer->uploads.size());
    for (std::size_t i = 0; i < answer->uploads.size(); ++i)
    {
        check_text(uploads.at(i), "key", answer->uploads[i].key);
        check_text(uploads.at(i), "upload_id", answer->uploads[i].upload_id);
    }
}

void check_error(element expect, std::string_view body, bool good)
{
    auto const answer = read_xml_error(body);
    REQUIRE(answer.has_value() == good);
    if (!good)
        return;
    check_text(expect, "code", answer->code);
    check_text(expect, "message", answer->message);
    check_text(expect, "request_id", answer->request_id);
    check_text(expect, "host_id", answer->host_id);
    check_text(expect, "ec", answer->ec);
    if (test::has(expect, "server_time"))
        CHECK(parse_iso8601(test::text(expect, "server_time")) == answer->server_time);
}

// Where the index leaves it open whether a body is taken, what is taken must at least be sound.
void check_either(std::string_view kind, std::string_view body)
{
    CAPTURE(kind);
    if (auto const started = read_initiate_answer(body))
        CHECK_FALSE(started->upload_id.empty());
    if (auto const page = read_list_parts_answer(body))
        for (std::size_t i = 1; i < page->parts.size(); ++i)
            CHECK(page->parts[i - 1].part_number < page->parts[i].part_number);
    if (auto const said = read_json_error(body))
        CHECK_FALSE(said->code.empty());
}

}  // namespace

TEST_CASE("every body of oss_xml gives what its index says")
{
    test::vectors const index("oss_xml/index.json");
    unsigned read = 0;
    for (element const sample : index.cases("samples"))
    {
        auto const file = test::text(sample, "file");
        auto const kind = test::text(sample, "kind");
        CAPTURE(file);
        if (kind == "complete_request")  // what a server reads
            continue;
        auto const body = test::read_data("oss_xml/" + std::string(file));
        ++read;

        element expect = sample;
        if (test::has(sample, "expect"))
            expect = sample["expect"];
        bool good = false;
        if (sample["ok"].get(good) != simdjson::SUCCESS)
            check_either(kind, body);
        else if (kind == "initiate")
            check_initiate(expect, body, good);
        else if (kind == "complete")
            check_complete(expect, body, good);
        else if (kind == "list_parts")
            check_list_parts(expect, body, good);
        else if (kind == "list_uploads")
            check_list_uploads(expect, body, good);
        else if (kind == "error")
            check_error(expect, body, good);
        else
            FAIL("a kind that no reader is known for: ", kind);
    }
    CHECK(read > 0);
}

TEST_CASE("a listing with an impossible part is refused")
{
    auto const listing = [](std::string_view part) {
        return "<ListPartsResult><UploadId>U</UploadId><IsTruncated>false</IsTruncated><Part>" + std::string(part) +
               "</Part></ListPartsResult>";
    };
    CHECK(read_list_parts_answer(listing("<PartNumber>1</PartNumber><ETag>\"E\"</ETag><Size>5</Size>")));
    static constexpr std::string_view bad[] = {
        "<PartNumber>0</PartNumber><ETag>\"E\"</ETag><Size>5</Size>",
        "<PartNumber>10001</PartNumber><ETag>\"E\"</ETag><Size>5</Size>",
        "<PartNumber>+1</PartNumber><ETag>\"E\"</ETag><Size>5</Size>",
        "<ETag>\"E\"</ETag><Size>5</Size>",
        "<PartNumber>1</PartNumber><ETag>\"E\"</ETag>",
        "<PartNumber>1</PartNumber><Size>5</Size>",
        "<PartNumber>1</PartNumber><ETag>\"\"</ETag><Size>5</Size>",
        "<PartNumber>1</PartNumber><ETag>\"E\"</ETag><Size>5</Size><HashCrc64ecma>x</HashCrc64ecma>",
        "<PartNumber>1</PartNumber><ETag>\"E\"</ETag><Size>5</Size><HashCrc64ecma>18446744073709551616</HashCrc64ecma>",
    };
    for (auto const part : bad)
    {
        CAPTURE(part);
        CHECK_FALSE(read_list_parts_answer(listing(part)));
    }
}

TEST_CASE("the listing of parts that is unsorted or holds a part twice is refused")
{
    CHECK_FALSE(read_list_parts_answer(test::read_data("oss_xml/listparts_unsorted_duplicate.xml")));
}

TEST_CASE("a key that says it is encoded and is not, is refused")
{
    CHECK_FALSE(read_initiate_answer("<InitiateMultipartUploadResult><EncodingType>url</EncodingType><Key>a%2</Key>"
                                     "<UploadId>U</UploadId></InitiateMultipartUploadResult>"));
}

TEST_CASE("the request to complete is read back as it was meant")
{
    std::vector<part_ref> const parts{{1, "AAA"}, {7, "B<&>\"'"}, {10'000, "CCC"}};
    auto const body = write_complete_request(parts);
    CHECK(body.starts_with(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;AAA&quot;</ETag></Part>"));

    auto const document = xml_document::parse(body);
    REQUIRE(document.has_value());
    CHECK(document->root_name() == "CompleteMultipartUpload");
    std::vector<std::pair<std::string, std::string>> read;
    document->root().for_each("Part", [&](xml_document::element const& part) {
        read.emplace_back(part.text("PartNumber").value(), part.text("ETag").value());
    });
    REQUIRE(read.size() == parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        CHECK(read[i].first == std::to_string(parts[i].part_number));
        CHECK(read[i].second == "\"" + parts[i].etag + "\"");
    }
}

TEST_CASE("quotes are taken off an etag only in pairs")
{
    CHECK(unquoted("\"AB-2\"") == "AB-2");
    CHECK(unquoted("AB-2") == "AB-2");
    CHECK(unquoted("\"AB") == "\"AB");
    CHECK(unquoted("\"") == "\"");
    CHECK(unquoted("\"\"").empty());
    CHECK(unquoted("").empty());
}
