#pragma once

#include "upload/memory_budget.hpp"

#include <sluice/source.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::upload
{

// Bytes of a stream that are kept until the server has confirmed them.
class kept_part
{
public:
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    // As source::view().
    [[nodiscard]] asio::const_buffer view(std::uint64_t offset, std::size_t size) const noexcept;

    // Where the next bytes go; empty: it needs a block.
    [[nodiscard]] asio::mutable_buffer free() noexcept;
    void add(memory_budget::block more) { blocks_.push_back(std::move(more)); }
    void fill(std::size_t bytes) noexcept { size_ += bytes; }

    // A block that was taken in advance and holds nothing.
    void drop_unused();

private:
    std::vector<memory_budget::block> blocks_;
    std::uint64_t size_ = 0;
};

// Them as a source, which can be read again.
class kept_source final : public source
{
public:
    // `of` must outlive it.
    kept_source(kept_part const& of, std::string name) : of_(of), name_(std::move(name)) {}

    [[nodiscard]] std::string name() const override { return name_; }
    result<std::uint64_t> open() override { return of_.size(); }
    [[nodiscard]] asio::const_buffer view(std::uint64_t offset, std::size_t size) const noexcept override
    {
        return of_.view(offset, size);
    }
    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking) override;
    result<void> verify_unchanged() override { return {}; }

private:
    kept_part const& of_;
    std::string name_;
};

}  // namespace sluice::upload
