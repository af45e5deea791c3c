#include "ims/grant_base64.hpp"

#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace sluice;

namespace
{

std::string decoded(std::string_view encoded)
{
    std::string room(ims::grant_base64_room(encoded.size()), '\0');
    auto const got = ims::decode_grant_base64(encoded, room.data());
    if (got.code == grant_errc::empty)
        return "<empty>";
    if (got.code == grant_errc::base64)
        return "<base64>";
    return room.substr(0, got.size);
}

}  // namespace

TEST_CASE("base64 of a grant: padding, alphabets, blanks")
{
    struct row
    {
        std::string_view in, out;
    };
    static constexpr row rows[] = {
        {"", "<empty>"},
        {" \t\r\n", "<empty>"},
        {"YQ==", "a"},
        {"YQ", "a"},
        {"YR", "a"},  // spare bits
        {"YWI=", "ab"},
        {"YWI", "ab"},
        {"YWJj", "abc"},
        {"YWJjZA", "abcd"},
        {" Y\tW\rJ\nj ", "abc"},
        {"YWI =", "ab"},
        {"YQ=\n=\n", "a"},
        {"Y Q = =", "a"},
        {"-_+/", "\xFB\xFF\xBF"},
        {"+/-_", "\xFB\xFF\xBF"},
        {"Y", "<base64>"},
        {"YWJjZ", "<base64>"},
        {"Y===", "<base64>"},
        {"YQ=", "<base64>"},
        {"YWI==", "<base64>"},
        {"YWJj=", "<base64>"},
        {"YWJj==", "<base64>"},
        {"YWJj===", "<base64>"},
        {"YWJj====", "<base64>"},
        {"=", "<base64>"},
        {"==", "<base64>"},
        {"====", "<base64>"},
        {" =", "<base64>"},
        {"YQ==YQ==", "<base64>"},
        {"YQ==Y", "<base64>"},
        {"YQ=a", "<base64>"},
        {"=YQ=", "<base64>"},
        {"YW!j", "<base64>"},
        {"YWJj!", "<base64>"},
        {"YQ==!", "<base64>"},
        {"YW\vJj", "<base64>"},
        {"YW\fJj", "<base64>"},
        {"YWJj\xC2\xA0", "<base64>"},
        {"YWJ\xFF", "<base64>"},
        {"YWJj,YWJj", "<base64>"},
        {"YWJj.YWJj", "<base64>"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.in);
        CHECK(decoded(r.in) == r.out);
    }
    using namespace std::string_view_literals;
    CHECK(decoded("YWJj\0"sv) == "<base64>");
    CHECK(decoded("YW\0Jj"sv) == "<base64>");
}

TEST_CASE("what was encoded comes back at every length, with a blank at any place")
{
    std::mt19937 random(7);
    for (std::size_t size = 1; size < 200; ++size)
    {
        std::string bytes(size, '\0');
        for (auto& b : bytes)
            b = static_cast<char>(random());
        auto text = base64_encode(bytes);
        CAPTURE(size);
        REQUIRE(decoded(text) == bytes);
        text.insert(random() % (text.size() + 1), "\r\n");
        REQUIRE(decoded(text) == bytes);
    }
}
