#include "net/exchange.hpp"

#include <utility>

namespace sluice::net
{

exchange::exchange(request& what, steady_time until_)
    : kind(what.kind()),
      head(what.is_head()),
      repeatable(what.repeatable()),
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
