#include "base/crc64.hpp"
#include "base/crc64_kernel.hpp"
#include "base/crc64_sliced.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace sluice;

namespace
{

std::string from_hex(std::string_view hex)
{
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return out;
}

// The ways in which the vectors write down bytes: see "fields" in crc64.json.
std::string bytes_of(simdjson::dom::element input)
{
    if (test::has(input, "utf8"))
        return std::string(test::text(input, "utf8"));
    if (test::has(input, "hex"))
        return from_hex(test::text(input, "hex"));

    std::string out;
    if (test::has(input, "repeat"))
    {
        auto const unit = from_hex(test::text(input["repeat"], "hex"));
        for (std::uint64_t n = input["repeat"]["count"]; n > 0; --n)
            out += unit;
        return out;
    }
    auto const pattern = input["pattern"];
    std::uint64_t const multiplier = pattern["mul"];
    std::uint64_t const summand = pattern["add"];
    std::uint64_t const length = pattern["length"];
    for (std::uint64_t k = 0; k < length; ++k)
        out += static_cast<char>((k * multiplier + summand) >> 3 & 0xFF);
    return out;
}

std::uint64_t number(std::string_view decimal)
{
    auto const value = parse_number<std::uint64_t>(decimal);
    REQUIRE(value);
    return *value;
}

std::string counting_bytes(std::size_t size)
{
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>(i * 131 + 7);
    return out;
}

}  // namespace

TEST_CASE("crc64 and crc64_combine give the values of the vectors")
{
    test::vectors const file("crc64.json");
    for (auto const row : file.cases("cases"))
    {
        CAPTURE(test::text(row, "name"));
        auto const expected = number(test::text(row, "crc64"));
        if (test::has(row, "input"))
        {
            auto const bytes = bytes_of(row["input"]);
            CHECK(crc64(0, as_bytes(bytes)) == expected);
            for (auto const& kernel : crc64_kernels())
            {
                CAPTURE(kernel.name);
                CHECK(kernel.run(0, as_bytes(bytes)) == expected);
            }
        }
        else if (test::has(row, "parts"))
        {
            std::uint64_t continued = 0;
            std::uint64_t combined = 0;
            simdjson::dom::array const parts = row["parts"];
            for (auto const part : parts)
            {
                auto const bytes = bytes_of(part);
                continued = crc64(continued, as_bytes(bytes));
                combined = crc64_combine(combined, crc64(0, as_bytes(bytes)), bytes.size());
            }
            CHECK(continued == expected);
            CHECK(combined == expected);
        }
        else
        {
            std::uint64_t const length_b = row["len_b"];
            CHECK(crc64_combine(number(test::text(row, "crc_a")), number(test::text(row, "crc_b")), length_b) ==
                  expected);
        }
    }
}

TEST_CASE("crc64 in pieces, at once, by tables and combined is the same at every length")
{
    auto const bytes = counting_bytes(300);
    for (std::size_t size = 0; size <= bytes.size(); ++size)
    {
        CAPTURE(size);
        std::string_view const whole(bytes.data(), size);
        auto const expected = crc64_sliced(0, as_bytes(whole));
        CHECK(crc64(0, as_bytes(whole)) == expected);
        for (std::size_t cut = 0; cut <= size; cut += 1 + size / 16)
        {
            CAPTURE(cut);
            auto const head = as_bytes(whole.substr(0, cut));
            auto const tail = as_bytes(whole.substr(cut));
            CHECK(crc64(crc64(0, head), tail) == expected);
            CHECK(crc64_sliced(crc64_sliced(0, head), tail) == expected);
            CHECK(crc64_combine(crc64(0, head), crc64(0, tail), tail.size()) == expected);
        }
    }
}

TEST_CASE("every crc64 kernel gives what the tables give, at every length, from any start and wherever the bytes lie")
{
    auto const kernels = crc64_kernels();
    REQUIRE(!kernels.empty());
    CHECK(kernels.back().name == "sliced");

    auto const bytes = counting_bytes(5000);
    std::uint64_t before = 0;
    for (std::size_t size = 0; size <= 2200; ++size)
    {
        auto const data = as_bytes(bytes).subspan(size % 67, size);
        auto const expected = crc64_sliced(before, data);
        for (auto const& kernel : kernels)
            if (kernel.run(before, data) != expected)
                FAIL(kernel.name << " at " << size << " bytes from " << before);
        before = size % 3 == 0 ? expected : before;
    }
    auto const large = counting_bytes(1'000'003);
    for (auto const& kernel : kernels)
    {
        CAPTURE(kernel.name);
        CHECK(kernel.run(1, as_bytes(large)) == crc64_sliced(1, as_bytes(large)));
        CHECK(kernel.run(1, as_bytes(bytes)) == crc64_sliced(1, as_bytes(bytes)));
    }
}

TEST_CASE("crc64_combine takes lengths up to 2^64 - 1")
{
    // Appending n zero bytes twice is appending 2n: checked where no memory could hold them.
    auto const a = crc64(0, as_bytes("abc"));
    std::uint64_t zeros = crc64(0, as_bytes(std::string_view("\0", 1)));
    std::uint64_t length = 1;
    for (int i = 0; i < 63; ++i)
    {
        CAPTURE(i);
        auto const doubled = crc64_combine(zeros, zeros, length);
        auto const twice = crc64_combine(crc64_combine(a, zeros, length), zeros, length);
        length *= 2;
        CHECK(crc64_combine(a, doubled, length) == twice);
        zeros = doubled;
    }
}
