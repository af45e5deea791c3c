#include "emulator/front_context.hpp"

#include <algorithm>
#include <utility>

namespace sluice::emulator
{

hook_gate::hook_gate(std::function<void(std::string const&)> log, std::function<fault(request_event const&)> on_request,
    std::vector<fault_rule> rules)
    : log_(std::move(log)), on_request_(std::move(on_request)), rules_(std::move(rules))
{}

void hook_gate::log(std::string const& line)
{
    std::scoped_lock const lock(mutex_);
    if (open_ && log_)
        log_(line);
}

fault hook_gate::ask(request_event const& event)
{
    std::scoped_lock const lock(mutex_);
    if (!open_)
        return {};
    auto chosen = on_request_ ? on_request_(event) : fault{};
    auto const* const by_rule = rules_.choose(event);  // in any case: they count
    if (by_rule != nullptr && !does_something(chosen))
        chosen = *by_rule;
    return chosen;
}

void hook_gate::shut()
{
    std::scoped_lock const lock(mutex_);
    open_ = false;
}

service_kind front_context::kind_for(std::string_view authority, service_kind of_port) const
{
    if (std::ranges::find(custom_hosts, host_of_authority(authority)) != custom_hosts.end())
        return service_kind::oss;
    return service_of_host(authority).value_or(of_port);
}

}  // namespace sluice::emulator
