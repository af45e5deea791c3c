#include "ims/base64_kernel.hpp"

#include "base/base64.hpp"
#include "ims/grant_base64.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>

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
decoded_groups run(ims::base64_kernel const& kernel, std::string_view text)
{
    auto const from = std::make_unique<char[]>(text.size());
    std::copy(text.begin(), text.end(), from.get());
    auto const room = text.size() / 4 * 3;
    auto const to = std::make_unique<char[]>(room);
    auto const taken = kernel.decode(from.get(), text.size(), to.get());
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

TEST_CASE("the last base64 kernel is the one that every processor runs")
{
    auto const kernels = ims::base64_kernels();
    REQUIRE(!kernels.empty());
    CHECK(kernels.back().name == "scalar");
    for (auto const& kernel : kernels)
        MESSAGE("this processor runs " << kernel.name);
}

TEST_CASE("every base64 kernel decodes every length")
{
    std::mt19937 random(1);
    for (auto const& kernel : ims::base64_kernels())
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
    auto const& scalar = ims::base64_kernels().back();
    for (auto const& kernel : ims::base64_kernels())
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
        auto const decode = [&text](ims::base64_kernel const& kernel) {
            std::string room(ims::grant_base64_room(text.size()), '\0');
            auto const got = ims::decode_grant_base64(text, room.data(), kernel);
            return std::pair(got.code, room.substr(0, got.size));
        };
        auto const expected = decode(ims::base64_kernels().back());
        for (auto const& kernel : ims::base64_kernels())
        {
            CAPTURE(kernel.name);
            REQUIRE(decode(kernel) == expected);
        }
    }
}
