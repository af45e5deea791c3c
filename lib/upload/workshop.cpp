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

workshop::workshop(environment const& e, order const& o, oss::object_location const& to,
    asio::any_io_executor const& strand, toll& costs)
    : env(e),
      asked(o),
      at(to),
      from(o.from),
      options(o.options),
      steering(o.steering),
      told(o.options.on_event),
      grant({strand, *env.clock, *env.time, o.options.refresher, told}, o.grant, o.begun, reserve_of(o.plan, env)),
      caller(env.transport, env.clock, env.random, env.retry, env.restraints),
      oss(caller, grant, *env.clock, *env.time, env.oss, o.options.priority),
      meter(*env.clock, o.options.on_progress, o.steering, o.plan.size, o.plan.parts),
      limit(o.options.bandwidth),
      bandwidth(*env.clock, o.steering != nullptr ? o.steering->bandwidth(o.options.bandwidth) : limit, *env.bandwidth),
      failed(costs.failed),
      gate(*env.clock, o.until, grant, o.steering)
{
    caller.note_failures(failed);
    if (!grant.can_renew() && grant.life().stop() != steady_time::max())
        meter.measure_rate();
}

}  // namespace sluice::upload
