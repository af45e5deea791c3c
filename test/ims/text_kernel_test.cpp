#include "ims/text_kernel.hpp"

#include "base/base64.hpp"
#include "ims/grant_base64.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace sluice;

namespace
{

struct decoded_groups
{
    std::size_t taken = 0;
    std::string bytes;

    bool operator==(decoded_groups const&) const = default;
};

// Into memory of just the size that the digits need, so that the sanitizer sees every byte too many.
decoded_groups run(ims::text_kernel const& kernel, std::string_view text)
{
    auto const from = std::make_unique<char[]>(text.size());
    std::copy(text.begin(), text.end(), from.get());
    auto const room = text.size() / 4 * 3;
    auto const to = std::make_unique<char[]>(room);
    auto const taken = kernel.decode_base64(from.get(), text.size(), to.get());
    REQUIRE(taken % 4 == 0);
    REQUIRE(taken <= text.size());
    return {taken, std::string(to.get(), taken / 4 * 3)};
}

std::string random_digits(std::size_t size, std::mt19937& random)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
    std::string text(size, '\0');
    for (auto& c : text)
        c = digits[random() % digits.size()];
    return text;
}

bool is_base64_digit(char c)
{
    return std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_").find(c) !=
           std::string_view::npos;
}

}  // namespace

TEST_CASE("the last kernel is the one that every processor runs")
{
    auto const kernels = ims::text_kernels();
    REQUIRE(!kernels.empty());
    CHECK(kernels.back().name == "scalar");
    for (auto const& kernel : kernels)
        MESSAGE("this processor runs " << kernel.name);
}

TEST_CASE("every base64 kernel decodes every length")
{
    std::mt19937 random(1);
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        for (std::size_t size = 0; size < 400; ++size)
        {
            CAPTURE(size);
            std::string bytes(size, '\0');
            for (auto& b : bytes)
                b = static_cast<char>(random());
            auto const whole = base64_encode(bytes);
            auto const text = whole.substr(0, whole.find('='));
            auto const got = run(kernel, text);
            REQUIRE(got.taken == text.size() / 4 * 4);
            REQUIRE(got.bytes == bytes.substr(0, size / 3 * 3));
        }
    }
}

TEST_CASE("every base64 kernel stops at every character that is no digit, wherever it stands")
{
    std::mt19937 random(2);
    auto const& scalar = ims::text_kernels().back();
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        for (std::size_t const size : {4u, 64u, 132u, 203u})
        {
            auto const text = random_digits(size, random);
            for (std::size_t at = 0; at < size; ++at)
                for (int c = 0; c < 256; ++c)
                {
                    auto spoilt = text;
                    spoilt[at] = static_cast<char>(c);
                    auto const got = run(kernel, spoilt);
                    auto const expected = is_base64_digit(spoilt[at]) ? size / 4 * 4 : std::min(at, size) / 4 * 4;
                    if (got.taken != expected || got != run(scalar, spoilt))
                        FAIL("size " << size << ", character " << c << " at " << at << ": took " << got.taken);
                }
        }
    }
}

TEST_CASE("a grant's base64 is the same whatever the kernel")
{
    std::mt19937 random(3);
    for (int round = 0; round < 500; ++round)
    {
        auto text = random_digits(random() % 300, random);
        for (auto blanks = random() % 4; blanks > 0; --blanks)
            text.insert(random() % (text.size() + 1), 1, " \t\r\n="[random() % 5]);
        CAPTURE(text);
        auto const decode = [&text](ims::text_kernel const& kernel) {
            std::string room(ims::grant_base64_room(text.size()), '\0');
            auto const got = ims::decode_grant_base64(text, room.data(), kernel);
            return std::pair(got.code, room.substr(0, got.size));
        };
        auto const expected = decode(ims::text_kernels().back());
        for (auto const& kernel : ims::text_kernels())
        {
            CAPTURE(kernel.name);
            REQUIRE(decode(kernel) == expected);
        }
    }
}

namespace
{

struct marked_text
{
    bool plain = false;
    std::vector<std::uint32_t> quotes;
    bool blanks = false;

    bool operator==(marked_text const&) const = default;
};

// Behind the text stand what would be marks, and nothing beyond the 64 bytes that may be looked at.
marked_text mark(ims::text_kernel const& kernel, std::string_view text)
{
    auto const memory = std::make_unique<char[]>(text.size() + 64);
    std::fill(std::copy(text.begin(), text.end(), memory.get()), memory.get() + text.size() + 64, '"');
    ims::json_marks marks;
    if (!kernel.mark_json(memory.get(), text.size(), marks))
        return {};
    return {
        true, {marks.quotes.begin(), marks.quotes.begin() + static_cast<std::ptrdiff_t>(marks.count)}, marks.blanks};
}

marked_text mark_by_hand(std::string_view text)
{
    marked_text out{true, {}, false};
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        if (text[i] < ' ' || text[i] > '~' || text[i] == '\\')
            return {};
        if (text[i] == '"')
            out.quotes.push_back(static_cast<std::uint32_t>(i));
        out.blanks = out.blanks || text[i] == ' ';
    }
    return out;
}

}  // namespace

TEST_CASE("every kernel marks every character of JSON, wherever it stands")
{
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        for (std::size_t const size : {1u, 31u, 32u, 63u, 64u, 65u, 128u, 200u})
            for (std::size_t at = 0; at < size; ++at)
                for (int c = 0; c < 256; ++c)
                {
                    std::string text(size, 'a');
                    text[at] = static_cast<char>(c);
                    if (mark(kernel, text) != mark_by_hand(text))
                        FAIL("size " << size << ", character " << c << " at " << at);
                }
    }
}

TEST_CASE("every kernel marks as many quotes as there is room for, and no more")
{
    for (auto const& kernel : ims::text_kernels())
    {
        CAPTURE(kernel.name);
        std::string const most(ims::json_marks::capacity, '"');
        CHECK(mark(kernel, "") == marked_text{true, {}, false});
        CHECK(mark(kernel, most) == mark_by_hand(most));
        CHECK_FALSE(mark(kernel, most + '"').plain);
    }
}
