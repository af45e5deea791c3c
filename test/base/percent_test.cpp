#include "base/percent.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

TEST_CASE("uri_encode escapes all but RFC 3986 unreserved characters")
{
    struct row
    {
        std::string_view in, path, query;
    };
    static constexpr row rows[] = {
        {"", "", ""},
        {"AZaz09-_.~", "AZaz09-_.~", "AZaz09-_.~"},
        {"a b+c", "a%20b%2Bc", "a%20b%2Bc"},
        {"cam/1.mp4", "cam/1.mp4", "cam%2F1.mp4"},  // only a path keeps its slashes
        {"!'()*%", "%21%27%28%29%2A%25", "%21%27%28%29%2A%25"},
        {"\xE5\xBD\x95.ts", "%E5%BD%95.ts", "%E5%BD%95.ts"},
        {"\x01\x7F\xFF", "%01%7F%FF", "%01%7F%FF"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.in);
        CHECK(uri_encode(r.in, slash::keep) == r.path);
        CHECK(uri_encode(r.in, slash::escape) == r.query);
    }
}

TEST_CASE("uri_decode undoes uri_encode for every byte")
{
    std::string all;
    for (int c = 0; c < 256; ++c)
        all += static_cast<char>(c);
    CHECK(uri_decode(uri_encode(all, slash::keep), plus::literal) == all);
    CHECK(uri_decode(uri_encode(all, slash::escape), plus::space) == all);
}

TEST_CASE("uri_decode takes a plus as its place demands, and refuses a broken escape")
{
    CHECK(uri_decode("a+b%2b%2B", plus::literal) == "a+b++");
    CHECK(uri_decode("a+b%2b%2B", plus::space) == "a b++");
    for (std::string_view const bad : {"%", "a%4", "%G0", "%0G", "%%41"})
    {
        CAPTURE(bad);
        CHECK(!uri_decode(bad, plus::literal));
    }
}

TEST_CASE("less_uri_encoded orders any two bytes as their encoded forms")
{
    for (int a = 0; a < 256; ++a)
    {
        for (int b = 0; b < 256; ++b)
        {
            std::string const left(1, static_cast<char>(a));
            std::string const right(1, static_cast<char>(b));
            bool const expected = uri_encode(left, slash::escape) < uri_encode(right, slash::escape);
            if (less_uri_encoded(left, right) != expected)
                FAIL_CHECK("bytes " << a << " and " << b);
        }
    }
    CHECK(less_uri_encoded("a", "a-"));
    CHECK(!less_uri_encoded("a-", "a"));
    CHECK(!less_uri_encoded("a", "a"));
}
