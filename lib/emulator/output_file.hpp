#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sluice::emulator
{

// A file being written. A failure is remembered, and ends the writing; close() tells of it.
class output_file
{
public:
    enum class mode
    {
        create,  // there must be none; others may read it, whatever the umask says
        change   // there is one
    };

    output_file(std::string path, mode m) noexcept;
    output_file(output_file const&) = delete;
    output_file& operator=(output_file const&) = delete;
    ~output_file();

    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

    void write(std::span<std::byte const> bytes);
    void cut(std::uint64_t size);  // keeps the first `size` bytes, and goes on writing there
    bool close();

private:
    std::string path_;
    int descriptor_;
    bool good_;
};

}  // namespace sluice::emulator
