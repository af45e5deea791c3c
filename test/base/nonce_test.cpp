#include "base/nonce.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace sluice;

namespace
{

class fixed_bytes final : public random_source
{
public:
    explicit fixed_bytes(unsigned char byte) : byte_(byte) {}
    void fill(std::span<std::byte> bytes) override { std::ranges::fill(bytes, std::byte{byte_}); }

private:
    unsigned char byte_;
};

}  // namespace

TEST_CASE("a nonce is 32 hexadecimal digits of 16 random bytes")
{
    fixed_bytes source(0xA5);
    CHECK(make_nonce(source) == "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5");
    CHECK(make_nonce(*system_random()) != make_nonce(*system_random()));
}

TEST_CASE("a source of nonces gives each once")
{
    class counting final : public random_source
    {
    public:
        void fill(std::span<std::byte> bytes) override
        {
            ++asked;
            for (auto& b : bytes)
                b = static_cast<std::byte>(next_++ % 251);
        }

        unsigned asked = 0;

    private:
        unsigned next_ = 0;
    };

    counting random;
    nonce_source nonces(random);
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i)
    {
        std::string text = "nonce ";
        nonces.append(text);
        REQUIRE(text.size() == 6 + 32);
        CHECK(seen.insert(text).second);
    }
    CHECK(*seen.begin() == "nonce 000102030405060708090a0b0c0d0e0f");
    CHECK(random.asked == 4);
}

TEST_CASE("a random fraction is at least 0 and less than 1")
{
    fixed_bytes zeros(0);
    fixed_bytes ones(0xFF);
    CHECK(random_fraction(zeros) == 0.0);
    CHECK(random_fraction(ones) == 1.0 - 0x1p-53);
}

TEST_CASE("the system's random numbers fill any length")
{
    for (std::size_t const size : {0u, 1u, 4096u, (1u << 20) + 1})
    {
        std::vector<std::byte> bytes(size);
        system_random()->fill(bytes);
        if (size > 16)  // that the last 16 bytes are all zero by chance has a probability of 2^-128
            CHECK(std::any_of(bytes.end() - 16, bytes.end(), [](std::byte b) { return b != std::byte{0}; }));
    }
}
