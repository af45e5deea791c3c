#include "upload/workshop.hpp"

namespace sluice::upload
{

namespace
{

// A put leaves nothing to clean up behind it.
std::chrono::nanoseconds reserve_of(part_plan const& plan, environment const& env) noexcept
{
    return plan.parts == 0 ? std::chrono::nanoseconds(0) : env.abort_limit;
}

}  // namespace

workshop::workshop(environment const& e, order const& o, oss::object_location const& to)
    : env(e),
      at(to),
      from(o.from),
      who(o.grant.credentials),
      caller(env.transport, env.clock, env.random, env.retry, env.restraints),
      oss(caller, who, *env.clock, env.oss, o.options.priority),
      meter(o.options.on_progress, o.plan.size, o.plan.parts),
      limit(o.options.bandwidth),
      bandwidth(*e.clock, o.limit != nullptr ? *o.limit : limit, *e.bandwidth),
      life(o.grant, *env.clock, oss, o.begun, reserve_of(o.plan, env)),
      gate(*env.clock, o.until, life)
{}

}  // namespace sluice::upload
