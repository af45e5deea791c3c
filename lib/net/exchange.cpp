#include "net/exchange.hpp"

#include <tuple>
#include <utility>

namespace sluice::net
{

bool goes_before(exchange const& a, exchange const& b) noexcept
{
    return std::tie(a.turn, a.came) < std::tie(b.turn, b.came);
}

exchange::exchange(request& what, steady_time until_)
    : kind(what.kind()),
      head(what.is_head()),
      repeatable(what.repeatable()),
      urgency(what.urgency()),
      body_bytes(what.body() != nullptr ? what.body()->size() : 0),
      max_answer_bytes(what.max_answer_bytes()),
      until(until_),
      what_(&what)
{}

void exchange::finish(result<response> outcome)
{
    if (std::exchange(finished_, true))
        return;
    outcome_ = std::move(outcome);
    what_ = nullptr;
    carrier = nullptr;
    notify();
}

}  // namespace sluice::net
