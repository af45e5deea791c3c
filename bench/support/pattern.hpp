#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace bench
{

// What uploads are made of: bytes that neither repeat nor compress, the same in every process.
std::vector<char> make_pattern(std::size_t bytes);

// A file of so many of them, on the disk and in the page cache when this returns. Its path.
std::filesystem::path make_file(std::filesystem::path const& folder, std::size_t bytes);

// Of a whole file, for the sink to compare.
std::uint64_t crc64_of_file(std::filesystem::path const& file);

}  // namespace bench
