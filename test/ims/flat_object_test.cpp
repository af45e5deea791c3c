#include "ims/flat_object.hpp"

#include "ims/json_object.hpp"
#include "ims/text_kernel.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

using namespace sluice;

namespace
{

constexpr std::array<std::string_view, 3> names = {"Endpoint", "Bucket", "FileName"};
using tokens = std::array<ims::json_token, names.size()>;

// Hostile padding: what stands behind the text must not be taken for a part of it.
std::string padded(std::string_view text)
{
    return std::string(text).append(ims::json_padding, '}');
}

// `text` is padded; the tokens are views into it.
bool read_flat(std::string const& text, tokens& found, ims::text_kernel const& kernel)
{
    auto const object = std::string_view(text).substr(0, text.size() - ims::json_padding);
    return ims::read_flat_object(object, names, found, kernel.mark_json);
}

// The whole reader: a blank in front keeps the short way from being taken.
bool read_by_simdjson(std::string const& text, tokens& found)
{
    ims::json_object_reader reader;
    return reader.read(std::string_view(text).substr(0, text.size() - ims::json_padding), names, found);
}

std::string random_object(std::mt19937& random)
{
    std::string text = "{";
    for (auto members = 1 + random() % 5; members > 0; --members)
    {
        text.append("\"").append(random() % 4 == 0 ? "Other" : names[random() % names.size()]).append("\":\"");
        text.append(random() % 150, static_cast<char>('!' + static_cast<char>(random() % 90))).append("\",");
    }
    text.back() = '}';
    return text;
}

}  // namespace

TEST_CASE("a plain object of strings is read without simdjson by every kernel")
{
    auto const text = padded(R"({"Bucket":"b","x":"","FileName":"a b.mp4","Bucket":"the last one counts"})");
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        tokens found;
        REQUIRE(read_flat(text, found, kernel));
        CHECK(found[0].what == ims::json_token::kind::absent);
        CHECK(found[1].str() == "the last one counts");
        CHECK(found[2].str() == "a b.mp4");
        CHECK_FALSE(found[2].visible);  // nothing is said of single strings when there is a blank anywhere
    }
}

TEST_CASE("strings of an object without blanks are known to be visible ASCII")
{
    auto const text = padded(R"({"Bucket":"!~","FileName":"a.mp4"})");
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        tokens found;
        REQUIRE(read_flat(text, found, kernel));
        CHECK(found[1].visible);
        CHECK(found[1].text == "!~");
    }
}

TEST_CASE("everything else is left to simdjson")
{
    static constexpr std::string_view rows[] = {"", "{", "{}", "[]", "\"\"", R"("a":"b")", R"({"a":"b")",
        R"({"a":"b",})", R"({"a":"b"}})", R"({"a":"b"},)", R"({"a":1})", R"({"a":null,"b":"c"})", R"({"a":["b"]})",
        R"({"a":{"b":"c"}})", R"({"a" :"b"})", R"( {"a":"b"})", R"({"a":"b"} )", R"({"a":"b\n"})", R"({"a\u0062":"b"})",
        R"({"a":"b","c"})", R"({"a","b"})", R"({"a":"b":"c"})", R"({"a":"b""c":"d"})", R"({"a":"b",,"c":"d"})",
        R"({a:"b"})", R"({"a":"b"x"c":"d"})", "{\"a\":\"\x7F\"}", "{\"a\":\"\xC3\xA9\"}", "{\"a\":\"\t\"}",
        "{\"a\":\"\x01\"}", R"({"a":"b)"};
    for (auto const& kernel : ims::text_kernels())
        for (auto const text : rows)
        {
            CAPTURE(kernel.name);
            CAPTURE(text);
            tokens found;
            CHECK_FALSE(read_flat(padded(text), found, kernel));
        }
}

TEST_CASE("an object of more strings than there is room for is left to simdjson")
{
    auto const object_of = [](std::size_t members) {
        std::string text = "{";
        for (; members > 0; --members)
            text += R"("a":"b",)";
        text.back() = '}';
        return text;
    };
    constexpr auto most = ims::json_marks::capacity / 4;
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        tokens found;
        CHECK(read_flat(padded(object_of(most)), found, kernel));
        CHECK_FALSE(read_flat(padded(object_of(most + 1)), found, kernel));
    }
}

TEST_CASE("what the short way reads, simdjson reads too, and the same")
{
    std::mt19937 random(4);
    std::size_t read = 0;
    for (int round = 0; round < 4000; ++round)
    {
        auto object = random_object(random);
        for (auto changes = random() % 3; changes > 0; --changes)
            object[random() % object.size()] = R"({}[]:,"\ ab1)"[random() % 12];
        CAPTURE(object);
        tokens expected;
        auto const behind_blank = padded(" " + object);
        bool const valid = read_by_simdjson(behind_blank, expected);
        for (auto const& kernel : ims::text_kernels())
        {
            CAPTURE(kernel.name);
            tokens found;
            auto const text = padded(object);
            if (!read_flat(text, found, kernel))
                continue;
            ++read;
            REQUIRE(valid);
            for (std::size_t i = 0; i < names.size(); ++i)
            {
                REQUIRE(found[i].what == expected[i].what);
                REQUIRE(found[i].text == expected[i].text);
            }
        }
    }
    CHECK(read > 1000);
}
