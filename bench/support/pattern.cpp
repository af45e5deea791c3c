#include "support/pattern.hpp"

#include "base/crc64.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <system_error>

namespace bench
{

std::vector<char> make_pattern(std::size_t bytes)
{
    std::vector<char> made(bytes);
    std::uint64_t state = 0x9E3779B97F4A7C15;
    for (std::size_t at = 0; at < bytes; at += sizeof state)
    {
        // xorshift64 (Marsaglia)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        std::memcpy(made.data() + at, &state, std::min(sizeof state, bytes - at));
    }
    return made;
}

std::filesystem::path make_file(std::filesystem::path const& folder, std::size_t bytes)
{
    auto path = folder / ("bytes-" + std::to_string(bytes));
    auto const content = make_pattern(bytes);
    int const descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (auto left = std::span(content); !left.empty();)
    {
        auto const written = ::write(descriptor, left.data(), left.size());
        if (written <= 0)
            throw std::system_error(errno, std::generic_category(), path.string());
        left = left.subspan(static_cast<std::size_t>(written));
    }
    ::fdatasync(descriptor);  // or writing it back would run beside the first measurements
    ::close(descriptor);
    return path;
}

std::uint64_t crc64_of_file(std::filesystem::path const& file)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<char> block(1UL << 20);
    std::uint64_t crc = 0;
    do
    {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        auto const got = std::span(block).first(static_cast<std::size_t>(in.gcount()));
        crc = sluice::crc64(crc, std::as_bytes(got));
    } while (in);
    return crc;
}

}  // namespace bench
