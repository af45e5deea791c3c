#include "base/json_writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

using namespace sluice;

TEST_CASE("json_writer sets the commas")
{
    json_writer w;
    w.begin_object().member("bytes", 5).key("parts").begin_array().text("a").number(2u).begin_object().end_object();
    w.begin_array().end_array().null().end_array().member("ok", true).member("none", "").end_object();
    CHECK(w.str() == R"({"bytes":5,"parts":["a",2,{},[],null],"ok":true,"none":""})");
}

TEST_CASE("json_writer writes numbers of every kind")
{
    json_writer w;
    w.begin_array();
    w.number(std::numeric_limits<std::uint64_t>::max()).number(std::numeric_limits<std::int64_t>::min());
    w.number(-1).number(std::uint8_t{7}).number(0.25).number(1e300);
    w.number(std::numeric_limits<double>::infinity()).number(std::numeric_limits<double>::quiet_NaN());
    w.end_array();
    CHECK(w.str() == "[18446744073709551615,-9223372036854775808,-1,7,0.25,1e+300,null,null]");
}

TEST_CASE("json_writer escapes what JSON demands and replaces what is not UTF-8")
{
    struct row
    {
        std::string_view text, written;
    };
    static constexpr row rows[] = {
        {"a\"b\\c/d", R"("a\"b\\c/d")"},
        {"\n\r\t\b\x1F\x7F", "\"\\n\\r\\t\\u0008\\u001f\x7F\""},
        {"\xE5\xAA\x92\xF0\x9F\x98\x80", "\"\xE5\xAA\x92\xF0\x9F\x98\x80\""},
        {"a\xFF\xE5\xAAz", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.written);
        json_writer w;
        w.text(r.text);
        CHECK(w.str() == r.written);
    }
    json_writer w;
    w.begin_object().key("a\nb").text(std::string_view("\0", 1)).end_object();
    CHECK(w.str() == R"({"a\nb":"\u0000"})");
}
