#include "upload/part_board.hpp"

#include "base/crc64.hpp"

namespace sluice::upload
{

std::vector<oss::part_ref> part_board::refs() const
{
    std::vector<oss::part_ref> all;
    all.reserve(parts_.size());
    for (unsigned number = 1; number <= plan_.parts; ++number)
        all.push_back({.part_number = number, .etag = parts_[number - 1].etag});
    return all;
}

std::uint64_t part_board::crc64() const noexcept
{
    std::uint64_t whole = 0;
    for (unsigned number = 1; number <= plan_.parts; ++number)
        whole = crc64_combine(whole, parts_[number - 1].crc64, plan_.size_of(number));
    return whole;
}

}  // namespace sluice::upload
