#pragma once

#include <sluice/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace sluice
{

namespace asio = boost::asio;

/// Bytes to upload, of known length, which can be read at any place and again. Parts read it concurrently.
/// Lifetime: must outlive the upload that reads it.
class SLUICE_EXPORT source
{
public:
    source() = default;
    source(source const&) = delete;
    source& operator=(source const&) = delete;
    virtual ~source() = default;

    /// What errors and events call it: a path, or "memory".
    [[nodiscard]] virtual std::string name() const = 0;

    /// Called once when an upload starts, before anything else but name(). Returns the length in bytes.
    /// Runs on the client's strand, as verify_unchanged() does: what blocks here holds up all uploads of that client.
    virtual result<std::uint64_t> open() = 0;

    /// All of [offset, offset + size), when it lies in memory already and stays there; else an empty buffer.
    [[nodiscard]] virtual asio::const_buffer view(std::uint64_t offset, std::size_t size) const noexcept;

    /// Reads into `to` from `offset` on, until `to` is full. Fewer bytes mean that the source ends there.
    /// Blocking calls belong on `blocking`. Honours Asio's per-operation cancellation.
    virtual asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking) = 0;

    /// Called when all was read: is it still what open() found? errc::source_changed if not.
    virtual result<void> verify_unchanged() = 0;
};

/// A file, opened when the upload starts. What the page cache holds is read at once, the rest on the blocking pool.
/// open() and verify_unchanged() are a few system calls on the client's strand: on a network share that has gone away
/// they block it for as long as the system waits.
class SLUICE_EXPORT file_source final : public source
{
public:
    explicit file_source(std::string path);
    ~file_source() override;

    [[nodiscard]] std::string name() const override;
    result<std::uint64_t> open() override;
    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking) override;
    result<void> verify_unchanged() override;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

/// Bytes that the caller keeps in memory, unchanged, until the upload has ended. Never copied.
class SLUICE_EXPORT memory_source final : public source
{
public:
    explicit memory_source(asio::const_buffer bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] std::string name() const override;
    result<std::uint64_t> open() override;
    [[nodiscard]] asio::const_buffer view(std::uint64_t offset, std::size_t size) const noexcept override;
    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking) override;
    result<void> verify_unchanged() override;

private:
    asio::const_buffer bytes_;
};

}  // namespace sluice
