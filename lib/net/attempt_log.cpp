#include "net/attempt_log.hpp"

#include <algorithm>
#include <utility>

namespace sluice::net
{

void attempt_log::add(std::string_view operation, std::string reason)
{
    if (kept_.size() == in_receipt)
        kept_.erase(kept_.begin());
    kept_.push_back({std::string(operation), std::move(reason)});
    ++count_;
}

void attempt_log::append(attempt_log const& other)
{
    for (auto const& one : other.kept_)
        add(one.operation, one.reason);
    count_ += other.count_ - other.kept_.size();
}

std::vector<failed_attempt> attempt_log::last(std::size_t at_most) const
{
    auto const n = static_cast<std::ptrdiff_t>(std::min(at_most, kept_.size()));
    return {kept_.end() - n, kept_.end()};
}

}  // namespace sluice::net
