#include "base/text.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace sluice;

TEST_CASE("is_valid_utf8 takes RFC 3629 and nothing else")
{
    struct row
    {
        std::string_view text;
        bool valid;
    };
    static constexpr row rows[] = {
        {"", true},
        {"plain", true},
        {"\xC2\x80 \xDF\xBF", true},
        {"\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF", true},
        {"\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", true},
        {"\x80", false},              // a continuation alone
        {"a\xC2", false},             // cut off
        {"\xE5\xAA", false},          // cut off
        {"\xF0\x9F\x98", false},      // cut off
        {"\xC0\xAF", false},          // overlong
        {"\xC1\xBF", false},          // overlong
        {"\xE0\x9F\xBF", false},      // overlong
        {"\xF0\x8F\xBF\xBF", false},  // overlong
        {"\xED\xA0\x80", false},      // a surrogate
        {"\xF4\x90\x80\x80", false},  // beyond U+10FFFF
        {"\xF5\x80\x80\x80", false},
        {"\xFF", false},
        {"\xE5\xAA\x41", false},
        {"\xC3\x28", false},
        {"\xF0\x90\x80\x41", false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        CHECK(is_valid_utf8(r.text) == r.valid);
    }
}

TEST_CASE("parse_number takes digits alone")
{
    CHECK(parse_number<std::uint64_t>("18446744073709551615") == 18446744073709551615u);
    CHECK(parse_number<std::uint16_t>("0") == 0);
    for (std::string_view const bad : {"", " 1", "1 ", "+1", "-1", "1x", "0x1", "65536", "99999999999999999999"})
    {
        CAPTURE(bad);
        CHECK(!parse_number<std::uint16_t>(bad));
    }
}

TEST_CASE("trim takes blanks off both ends and leaves those inside")
{
    CHECK(trim(" \t\r\na b\t\n") == "a b");
    CHECK(trim(" \t ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\va") == "\va");
}

TEST_CASE("case is ignored for ASCII alone")
{
    CHECK(equal_ignoring_case("Content-MD5", "content-md5"));
    CHECK(!equal_ignoring_case("a", "ab"));
    CHECK(!equal_ignoring_case("\xC3\x84", "\xC3\xA4"));  // Ä and ä
    CHECK(to_lower("X-Oss-[Z]@") == "x-oss-[z]@");
    CHECK(starts_with_ignoring_case("X-OSS-Date", "x-oss-"));
    CHECK(!starts_with_ignoring_case("x-os", "x-oss-"));
    CHECK(less_ignoring_case("A", "b"));
    CHECK(!less_ignoring_case("B", "a"));
    CHECK(!less_ignoring_case("a", "A"));
    CHECK(less_ignoring_case("a", "\xC3\xA4"));  // bytes, not signed characters
}
