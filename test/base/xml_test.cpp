#include "base/xml.hpp"

#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sluice;

namespace
{

std::optional<std::string> value_of(std::string_view xml)
{
    auto const document = xml_document::parse(xml);
    return document ? document->root().text("V") : std::nullopt;
}

std::string nested(std::size_t depth)
{
    std::string out;
    for (std::size_t i = 0; i < depth; ++i)
        out += "<a>";
    for (std::size_t i = 0; i < depth; ++i)
        out += "</a>";
    return out;
}

}  // namespace

TEST_CASE("xml_document reads elements by local name")
{
    auto const document =
        xml_document::parse("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n"
                            "<!-- c --><?pi x?>\n<o:Root xmlns:o=\"urn:x\"><o:A>1</o:A><B><A>2</A></B>"
                            "<B n='>'><A>3</A></B><C/></o:Root>\n<!-- end -->\n");
    REQUIRE(document);
    CHECK(document->root_name() == "Root");
    auto const root = document->root();
    CHECK(root.text("A") == "1");
    CHECK(root.text("C") == "");
    CHECK(!root.text("D"));
    CHECK(!root.text("o:A"));

    std::vector<std::string> inner;
    root.for_each("B", [&](xml_document::element const& b) { inner.push_back(b.text("A").value_or("none")); });
    CHECK(inner == std::vector<std::string>{"2", "3"});
}

TEST_CASE("only direct children of an element count")
{
    auto const document = xml_document::parse("<R><X><V>deep</V></X><V>near</V><V>second</V></R>");
    REQUIRE(document);
    CHECK(document->root().text("V") == "near");
}

TEST_CASE("a value is decoded, and its white space kept")
{
    struct row
    {
        std::string_view xml, value;
    };
    static constexpr row rows[] = {
        {"<R><V>a&amp;b &lt;c&gt; &quot;d&quot; &apos;e&apos;</V></R>", "a&b <c> \"d\" 'e'"},
        {"<R><V>&#20013;&#x6587;&#34;&#x1F600;</V></R>", "\xE4\xB8\xAD\xE6\x96\x87\"\xF0\x9F\x98\x80"},
        {"<R><V><![CDATA[a<b>&amp;]]></V></R>", "a<b>&amp;"},
        {"<R><V>a<![CDATA[ b ]]>c</V></R>", "a b c"},
        {"<R><V>a<!-- - -->b<?pi?>c</V></R>", "abc"},
        {"<R><V>  a\r\nb\rc\n </V></R>", "  a\nb\nc\n "},
        {"<R><V>   </V></R>", "   "},
        {"<R><V> <![CDATA[x]]> </V></R>", " x "},
        {"<R><V>a&#13;&#10;b</V></R>", "a\r\nb"},
        {"<R><V></V></R>", ""},
        {"<R><V >x</V\n></R >", "x"},
        {"<R><V>&amp;lt;</V></R>", "&lt;"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.xml);
        CHECK(value_of(r.xml) == r.value);
    }
}

TEST_CASE("what is not one well-formed document is refused")
{
    static constexpr std::string_view rows[] = {
        "",
        "   ",
        "text",
        "<",
        "<R",
        "<R>",
        "</R>",
        "<R></S>",
        "<R><V></R></V>",
        "<R/><R/>",
        "<R/>text",
        "text<R/>",
        "<R/>&amp;",
        "<![CDATA[x]]><R/>",
        "<R><V>&undefined;</V></R>",
        "<R><V>&nbsp;</V></R>",
        "<R><V>a & b</V></R>",
        "<R><V>a&amp</V></R>",
        "<R><V>&;</V></R>",
        "<R><V>&#;</V></R>",
        "<R><V>&#x;</V></R>",
        "<R><V>&#0;</V></R>",
        "<R><V>&#1;</V></R>",
        "<R><V>&#xD800;</V></R>",
        "<R><V>&#xFFFF;</V></R>",
        "<R><V>&#x110000;</V></R>",
        "<R><V>&#99999999999;</V></R>",
        "<R><V>&#-1;</V></R>",
        "<R><V>]]></V></R>",
        "<R><V>\x01</V></R>",
        "<R><V>\xFF</V></R>",
        "<R><V>\xED\xA0\x80</V></R>",
        "<R><V>\xEF\xBF\xBF</V></R>",
        "<R a='&x;'/>",
        "<R a='<'/>",
        "<R a='1/>",
        "<R><!-- a -- b --></R>",
        "<R><!-- a </R>",
        "<R><![CDATA[ a </R>",
        "<R><?pi </R>",
        "<R><?xml version='1.0'?></R>",
        " <?xml version='1.0'?><R/>",
        "<?xml version='1.0' encoding='gbk'?><R/>",
        "<?xml version='1.0' encoding=?><R/>",
        "<!DOCTYPE R><R/>",
        "<!DOCTYPE R [<!ENTITY x 'y'>]><R>&x;</R>",
        "<R><!ELEMENT V></R>",
        "<!doctype html><html></html>",
        "< R/>",
        "<R>< /R>",
        "<html><body><br></body></html>",
    };
    for (auto const xml : rows)
    {
        CAPTURE(xml);
        CHECK(!xml_document::parse(xml));
    }
    CHECK(!xml_document::parse(std::string_view("<R>\0</R>", 8)));
    CHECK(!xml_document::parse(std::string_view("<R/>\0", 5)));
}

TEST_CASE("nesting that no answer has is refused before it costs any stack")
{
    CHECK(xml_document::parse(nested(10)));
    CHECK(!xml_document::parse(nested(5000)));
    CHECK(!xml_document::parse(nested(200'000)));
    CHECK(!xml_document::parse(std::string(200'000, '<')));
}

TEST_CASE("a document survives being moved")
{
    auto first = xml_document::parse("<R><V>1</V></R>");
    auto second = xml_document::parse("<R><V>2</V></R>");
    REQUIRE(first);
    REQUIRE(second);
    second = std::move(first);
    CHECK(second->root().text("V") == "1");
}

TEST_CASE("the bodies of OSS are read when they are XML and refused when they are not")
{
    static constexpr std::string_view broken[] = {"initiate_truncated.xml", "initiate_mismatched_tag.xml",
        "initiate_empty_body.xml", "initiate_html.xml", "initiate_invalid_utf8.xml", "initiate_undefined_entity.xml",
        "initiate_doctype_entity.xml", "initiate_two_roots.xml", "initiate_deep_nesting.xml", "error_not_xml.txt",
        "error_truncated.xml", "error_json.json", "request_complete_malformed.xml"};
    for (auto const name : broken)
    {
        CAPTURE(name);
        CHECK(!xml_document::parse(test::read_data("oss_xml/" + std::string(name))));
    }

    test::vectors const index("oss_xml/index.json");
    for (auto const sample : index.cases("samples"))
    {
        bool good = false;
        if (sample["ok"].get(good) != simdjson::SUCCESS || !good)
            continue;
        auto const name = std::string(test::text(sample, "file"));
        CAPTURE(name);
        CHECK(xml_document::parse(test::read_data("oss_xml/" + name)));
    }
}

TEST_CASE("escaped text is read back as it was")
{
    for (std::string_view const text : {"a&b<c>\"d\"'e'", "\r\n\t x ", "]]>", "\xE5\xAA\x92", "&amp;"})
    {
        CAPTURE(text);
        std::string xml = "<R><V>";
        append_xml_escaped(xml, text);
        xml += "</V></R>";
        CHECK(value_of(xml) == text);
    }
    std::string out;
    append_xml_escaped(out, "\x01\xFF\xEF\xBF\xBF");
    CHECK(out.find_first_of("\x01\xFF") == std::string::npos);
    CHECK(xml_document::parse("<R>" + out + "</R>"));
}
