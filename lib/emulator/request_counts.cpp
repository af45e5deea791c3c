#include "emulator/request_counts.hpp"

namespace sluice::emulator
{

void request_counts::count(std::string_view operation)
{
    std::scoped_lock const lock(mutex_);
    ++counts_[std::string(operation)].requests;
}

void request_counts::count_body(std::string_view operation, std::uint64_t bytes)
{
    std::scoped_lock const lock(mutex_);
    counts_[std::string(operation)].bytes += bytes;
}

request_counts::by_operation request_counts::all() const
{
    std::scoped_lock const lock(mutex_);
    return counts_;
}

}  // namespace sluice::emulator
