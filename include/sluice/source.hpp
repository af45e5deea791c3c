#pragma once

#include <sluice/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice
{

namespace asio = boost::asio;

/// What tells a source that was uploaded in part from all others, also in another process. Both are text without
/// secrets.
struct SLUICE_EXPORT source_identity
{
    std::string what;   ///< which source: for a file, its absolute path, percent-encoded
    std::string state;  ///< that it is unchanged: for a file, its size, time of change and inode
};

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

    /// Asked after open(). Nothing: an upload of it cannot be resumed by another process.
    [[nodiscard]] virtual std::optional<source_identity> identity() const;

    /// The beginning of [offset, offset + size), as far as it lies in memory in one piece already and stays there; an
    /// empty buffer: not at all, read_at() must be asked.
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
    [[nodiscard]] std::optional<source_identity> identity() const override;
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

/// Several pieces of memory, one after the other, as one object. As memory_source; the list of pieces is copied.
class SLUICE_EXPORT buffers_source final : public source
{
public:
    explicit buffers_source(std::vector<asio::const_buffer> const& pieces);
    ~buffers_source() override;

    [[nodiscard]] std::string name() const override;
    result<std::uint64_t> open() override;
    [[nodiscard]] asio::const_buffer view(std::uint64_t offset, std::size_t size) const noexcept override;
    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking) override;
    result<void> verify_unchanged() override;

private:
    struct piece
    {
        std::uint64_t offset;
        asio::const_buffer bytes;
    };
    std::vector<piece> pieces_;  // none is empty
    std::uint64_t size_ = 0;
};

}  // namespace sluice
