#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

TEST_CASE("base64 gives the examples of RFC 4648, section 10, both ways")
{
    struct row
    {
        std::string_view text, encoded;
    };
    static constexpr row rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xFB\xEF\xFF", "++//"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        CHECK(base64_encode(r.text) == r.encoded);
        CHECK(base64_decode(r.encoded) == r.text);
    }
}

TEST_CASE("base64 brings every byte back")
{
    std::string bytes;
    for (int i = 0; i < 520; ++i)
    {
        bytes += static_cast<char>(i * 37);
        CHECK(base64_decode(base64_encode(bytes)) == bytes);
    }
}

TEST_CASE("base64_decode refuses what is not strict base64")
{
    for (std::string_view const bad : {"Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "Z===", "Zm9v=", "Zm=v", "Zm9v\n",
             " Zm9", "Zm8-", "Zm8_", "Zg==Zg==", "Zh==", "Zm9="})
    {
        CAPTURE(bad);
        CHECK(!base64_decode(bad));
    }
}
