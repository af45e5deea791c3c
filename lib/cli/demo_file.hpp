#pragma once

#include <sluice/error.hpp>

#include <cstdint>
#include <string>

namespace sluice::cli
{

// Writes a file that looks like an MP4 from outside: `ftyp`, `moov` and one large `mdat` of bytes that don't compress.
// Asks `interrupted` between blocks, and fails with operation_aborted; so does the next.
result<void> write_demo_file(std::string const& path, std::uint64_t bytes, bool (*interrupted)() noexcept);

struct file_fingerprint
{
    std::uint64_t bytes = 0;
    std::uint64_t crc64 = 0;
    std::string sha256;  // lower-case hex
};

// Reads the file once more, with code that the upload does not use.
result<file_fingerprint> fingerprint_of(std::string const& path, bool (*interrupted)() noexcept);

}  // namespace sluice::cli
