#include "emulator/oss_vector.hpp"

#include "base/percent.hpp"
#include "base/text.hpp"
#include "sign/oss_v1.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace sluice
{

namespace
{

using test::oss_vector;

constexpr char const* vector_files[] = {"oss_v4.json", "oss_v1.json"};

// Another text with the same length, or one longer where there is nothing to change; percent codes stay codes.
std::string changed(std::string_view text)
{
    std::string other(text);
    if (other.empty() || other.back() == '=' || other.back() == '/')
        other += '1';
    else
        other.back() = other.back() == '1' ? '2' : '1';
    return other;
}

std::string with_changed_path(std::string const& target)
{
    auto const question = std::min(target.find('?'), target.size());
    return changed(target.substr(0, question)) + target.substr(question);
}

bool is_signed_parameter(oss_vector const& v, bool v4, std::string_view item)
{
    auto const name = uri_decode(item.substr(0, item.find('=')), plus::space).value_or("");
    static std::set<std::string, std::less<>> const presigned{"OSSAccessKeyId", "Expires", "Signature"};
    return v4 || sign::oss_v1::is_subresource(name) ||
           (presigned.contains(name) && v.head.target.find("OSSAccessKeyId=") != std::string::npos);
}

// The targets that differ from the vector's in one signed parameter.
std::vector<std::string> with_one_changed_parameter(oss_vector const& v, bool v4)
{
    std::vector<std::string> targets;
    auto const& target = v.head.target;
    for (auto begin = target.find('?'); begin < target.size();)
    {
        auto const end = std::min(target.find('&', begin + 1), target.size());
        auto const item = target.substr(begin + 1, end - begin - 1);
        if (is_signed_parameter(v, v4, item))
            targets.push_back(target.substr(0, begin + 1) + changed(item) + target.substr(end));
        begin = end;
    }
    return targets;
}

std::string lower_authorization(oss_vector const& v)
{
    return to_lower(v.head.field("authorization"));
}

bool is_signed_header(oss_vector const& v, bool v4, std::string_view name)
{
    auto const lower = to_lower(name);
    if (lower == "content-type" || lower == "content-md5" || lower.starts_with("x-oss-") || lower == "authorization")
        return true;
    if (lower == "date")
        return !v4 && !v.head.has_field("x-oss-date");
    auto const listed = v4 && (lower_authorization(v).find("additionalheaders") != std::string::npos ||
                                  v.head.target.find("x-oss-additional-headers=") != std::string::npos);
    return listed && (lower_authorization(v) + v.head.target).find(lower) != std::string::npos;
}

template <class Check>
void for_each_vector(Check const& check)
{
    for (auto const* file : vector_files)
    {
        test::vectors const all(file);
        for (auto const row : all.cases("vectors"))
        {
            CAPTURE(file);
            CAPTURE(std::string(test::text(row, "name")));
            check(oss_vector(row), std::string_view(file) == "oss_v4.json");
        }
    }
}

}  // namespace

TEST_CASE("every signing vector is accepted as it came over the wire")
{
    for_each_vector([](oss_vector const& v, bool) {
        auto const refusal = v.verify(v.head);
        CHECK_MESSAGE(!refusal, (refusal ? refusal->code + ": " + refusal->message : ""));
    });
}

TEST_CASE("the bucket and the key of every signing vector are found")
{
    for_each_vector([](oss_vector const& v, bool) {
        auto const target = emulator::parse_target(v.head.target);
        REQUIRE(target);
        auto const found =
            emulator::locate(v.head.field("host"), target->path, {{"media.example.com", v.location.bucket}});
        REQUIRE(found.has_value());
        CHECK(found->bucket == v.location.bucket);
        CHECK(found->key == v.location.key);
    });
}

TEST_CASE("a vector with another method is refused")
{
    for_each_vector([](oss_vector const& v, bool) {
        auto head = v.head;
        head.method = head.method == "PUT" ? "POST" : "PUT";
        CHECK(v.verify(head).has_value());
    });
}

TEST_CASE("a vector with one changed byte in the path is refused")
{
    for_each_vector([](oss_vector const& v, bool) {
        auto head = v.head;
        head.target = with_changed_path(head.target);
        CHECK(v.verify(head).has_value());
    });
}

TEST_CASE("a vector with one changed byte in a signed parameter is refused")
{
    for_each_vector([](oss_vector const& v, bool v4) {
        for (auto const& target : with_one_changed_parameter(v, v4))
        {
            CAPTURE(target);
            auto head = v.head;
            head.target = target;
            CHECK(v.verify(head).has_value());
        }
    });
}

TEST_CASE("a vector with one changed byte in a signed header or the signature is refused")
{
    for_each_vector([](oss_vector const& v, bool v4) {
        for (std::size_t i = 0; i < v.head.fields.size(); ++i)
        {
            auto head = v.head;
            auto& [name, value] = head.fields[i];
            if (!is_signed_header(v, v4, name))
                continue;
            CAPTURE(name);
            value = changed(trim(value));
            CHECK(v.verify(head).has_value());
        }
    });
}

TEST_CASE("a vector with one more header of the kind that is signed is refused")
{
    for_each_vector([](oss_vector const& v, bool) {
        auto head = v.head;
        head.fields.emplace_back("x-oss-meta-more", "1");
        CHECK(v.verify(head).has_value());
    });
}

TEST_CASE("a V1 signature does not cover parameters that are no sub-resource")
{
    unsigned seen = 0;
    for_each_vector([&](oss_vector const& v, bool v4) {
        if (v4 || v.head.target.find("part-number-marker") == std::string::npos)
            return;
        ++seen;
        auto head = v.head;
        head.target += "&encoding-type=url";
        CHECK(!v.verify(head));
    });
    CHECK(seen == 1);
}

}  // namespace sluice
