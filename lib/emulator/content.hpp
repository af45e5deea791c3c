#pragma once

#include "base/digest.hpp"
#include "emulator/output_file.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::emulator
{

// Bytes at rest: blocks in memory, shared by whoever holds a copy, or a file.
class content
{
public:
    content() = default;
    explicit content(std::string bytes);            // in memory
    content(std::string file, std::uint64_t size);  // the first `size` bytes of it

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] std::string const& file() const noexcept { return file_; }  // empty: in memory

    // What lies there of [offset, offset + length). Nothing when the file cannot be read.
    [[nodiscard]] std::optional<std::string> read(std::uint64_t offset, std::uint64_t length) const;

    void append(content const& more);  // both in memory

private:
    std::vector<std::shared_ptr<std::string const>> blocks_;
    std::string file_;
    std::uint64_t size_ = 0;
};

// A body that has arrived whole.
struct received_body
{
    content bytes;
    std::uint64_t crc64 = 0;
    std::string md5;  // 16 raw bytes
};

// Takes a body as it comes, into memory or into a file that is deleted again unless someone takes it.
class body_writer
{
public:
    // file: empty for memory. expected: bytes announced, 0 when not known.
    body_writer(std::string file, std::uint64_t expected);
    body_writer(body_writer const&) = delete;
    body_writer& operator=(body_writer const&) = delete;
    ~body_writer();

    void write(std::span<std::byte const> block);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // Nothing when the file could not be written. The file then belongs to the caller. Called once.
    std::optional<received_body> finish();

private:
    std::optional<output_file> file_;  // none: in memory
    std::string memory_;
    std::uint64_t size_ = 0;
    std::uint64_t crc64_ = 0;
    running_digest md5_{running_digest::algorithm::md5};
};

}  // namespace sluice::emulator
