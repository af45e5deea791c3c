#include "emulator/oss_complete_request.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace sluice::emulator
{

TEST_CASE("the bodies that clients send to complete an upload are read")
{
    test::vectors const index("oss_xml/index.json");
    unsigned seen = 0;
    for (auto const sample : index.cases("samples"))
    {
        if (test::text(sample, "kind") != "complete_request")
            continue;
        ++seen;
        auto const file = std::string(test::text(sample, "file"));
        CAPTURE(file);
        auto const parts = read_complete_request(test::read_data("oss_xml/" + file));
        simdjson::dom::element const expected = sample["expect"];
        if (!bool(sample["ok"]))
        {
            REQUIRE(parts.has_error());
            CHECK(parts.error().code == test::text(expected, "error_code"));
            CHECK(parts.error().status == std::int64_t(sample["http_status"]));
            continue;
        }
        REQUIRE(parts.has_value());
        std::vector<listed_part> wanted;
        for (simdjson::dom::element const part : expected["parts"])
            wanted.push_back({static_cast<unsigned>(std::uint64_t(part.at(0))), std::string(part.at(1))});
        CHECK(*parts == wanted);
    }
    CHECK(seen == 8);
}

TEST_CASE("a list of parts that is not one is refused")
{
    struct row
    {
        std::string_view body, code;
    };
    static constexpr row rows[] = {
        {"", "MalformedXML"},
        {"hello", "MalformedXML"},
        {"<Other><Part><PartNumber>1</PartNumber><ETag>A</ETag></Part></Other>", "MalformedXML"},
        {"<CompleteMultipartUpload><Part><ETag>A</ETag></Part></CompleteMultipartUpload>", "MalformedXML"},
        {"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>", "MalformedXML"},
        {"<CompleteMultipartUpload><Part><PartNumber>10001</PartNumber><ETag>A</ETag></Part></CompleteMultipartUpload>",
            "InvalidArgument"},
        {"<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>A</ETag></Part></CompleteMultipartUpload>",
            "InvalidArgument"},
        {"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>A</ETag></Part><Part>"
         "<PartNumber>1</PartNumber><ETag>A</ETag></Part></CompleteMultipartUpload>",
            "InvalidPartOrder"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.body);
        auto const parts = read_complete_request(r.body);
        REQUIRE(parts.has_error());
        CHECK(parts.error().code == r.code);
    }
}

TEST_CASE("entity tags are read without quotes, in upper case")
{
    auto const parts = read_complete_request(
        "<CompleteMultipartUpload xmlns=\"http://doc.oss-cn-hangzhou.aliyuncs.com\"><Part><ETag> &quot;ab12&quot; "
        "</ETag><PartNumber> 3 </PartNumber></Part></CompleteMultipartUpload>");
    REQUIRE(parts.has_value());
    CHECK(*parts == std::vector<listed_part>{{3, "AB12"}});
}

}  // namespace sluice::emulator
