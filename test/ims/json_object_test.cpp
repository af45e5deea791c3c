#include "ims/json_object.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using token_kind = ims::json_token::kind;

TEST_CASE("members are found by name, each with its kind and its text")
{
    struct row
    {
        std::string_view value;
        token_kind what;
        std::string_view text, str;
    };
    static constexpr row rows[] = {
        {"null", token_kind::null, "null", ""},
        {"true", token_kind::boolean, "true", ""},
        {" false ", token_kind::boolean, "false", ""},
        {"-1.5e+3\n", token_kind::number, "-1.5e+3", ""},
        {R"("")", token_kind::string, "", ""},
        {R"("a b" )", token_kind::string, "a b", "a b"},
        {R"("\"\\\u0041")", token_kind::string, R"(\"\\\u0041)", "\"\\A"},
        {R"("\u0000\u0080\u0800\uffff\ud800\udc00\udbff\udfff")", token_kind::string,
            R"(\u0000\u0080\u0800\uffff\ud800\udc00\udbff\udfff)",
            {"\0\xC2\x80\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 17}},
        {R"( [ 1 , [ ] ] )", token_kind::array, "[ 1 , [ ] ]", ""},
        {R"({"a":{"wanted":2}})", token_kind::object, R"({"a":{"wanted":2}})", ""},
        {"[]", token_kind::array, "[]", ""},
        {"{}", token_kind::object, "{}", ""},
    };
    static constexpr std::string_view asked[] = {"other", "wanted"};
    ims::json_object_reader reader;
    for (auto const& r : rows)
    {
        auto text = R"({"first":[{"wanted":0}],"wanted":)" + std::string(r.value) + R"(,"last":1})";
        CAPTURE(text);
        auto const size = text.size();
        text.append(ims::json_padding, '\0');
        ims::json_token tokens[2];
        REQUIRE(reader.read(std::string_view(text).substr(0, size), asked, tokens));
        CHECK(tokens[0].what == token_kind::absent);
        CHECK(tokens[1].what == r.what);
        CHECK(tokens[1].text == r.text);
        CHECK(tokens[1].str() == r.str);
    }
}

TEST_CASE("tokens of an earlier text are forgotten")
{
    static constexpr std::string_view asked[] = {"a"};
    ims::json_object_reader reader;
    ims::json_token tokens[1];
    for (std::string_view const json : {R"({"a":1})", R"({"b":1})", R"({"a":1)"})
    {
        auto const padded = std::string(json).append(ims::json_padding, '}');  // hostile padding
        CAPTURE(json);
        CHECK(reader.read(std::string_view(padded).substr(0, json.size()), asked, tokens) == json.ends_with('}'));
        CHECK((tokens[0].what == token_kind::number) == json.starts_with(R"({"a":1})"));
    }
}
