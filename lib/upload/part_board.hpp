#pragma once

#include "oss/types.hpp"
#include "upload/part_plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::upload
{

// Which parts of an upload are stored, and as what.
class part_board
{
public:
    explicit part_board(part_plan const& plan) : plan_(plan), parts_(plan.parts) {}

    [[nodiscard]] part_plan const& plan() const noexcept { return plan_; }
    [[nodiscard]] bool is_stored(unsigned number) const { return parts_[number - 1].stored; }
    [[nodiscard]] std::string const& etag(unsigned number) const { return parts_[number - 1].etag; }

    [[nodiscard]] std::uint64_t crc64(unsigned number) const { return parts_[number - 1].crc64; }

    // crc64: of the bytes of the source.
    void store(unsigned number, std::string etag, std::uint64_t crc64)
    {
        parts_[number - 1] = {.etag = std::move(etag), .crc64 = crc64, .stored = true};
    }

    void forget(unsigned number) { parts_[number - 1] = {}; }

    // As Complete lists them. All must be stored.
    [[nodiscard]] std::vector<oss::part_ref> refs() const;

    // Of the whole object. All must be stored.
    [[nodiscard]] std::uint64_t crc64() const noexcept;

private:
    struct part
    {
        std::string etag;
        std::uint64_t crc64 = 0;
        bool stored = false;
    };

    part_plan plan_;
    std::vector<part> parts_;  // by part number - 1
};

}  // namespace sluice::upload
